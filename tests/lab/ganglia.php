<?php
// SPDX-License-Identifier: GPL-2.0-or-later
//
// Asks Ganglia's web front end which graphs its view "lbd" has: one line for each, as graph.php takes it. Run in the
// front end's directory. Its list of hosts and metrics, which its pages would make, is made of gmetad's files: the
// pages of Debian 12's version do not run under Debian 12's PHP, only its graphs do.

include "eval_conf.php";
include "functions.php";
include "lib/Cache/Driver_Json.php";

$index_array = array("hosts" => array(), "cluster" => array(), "metrics" => array());
foreach (glob($conf["rrds"] . "/*/[!_]*/*.rrd") as $file) {
	list($cluster, $host, $metric) = array_slice(explode("/", substr($file, 0, -4)), -3);
	$index_array["cluster"][$host] = array($cluster);
	$index_array["metrics"][$metric][] = $host;
}
$index_array["hosts"] = array_keys($index_array["cluster"]);
g_cache_serialize($index_array);

$views = new ViewList();
foreach (getViewItems($views->getView("lbd"), "hour", NULL, NULL) as $item)
	echo $item["url_args"], "\n";
