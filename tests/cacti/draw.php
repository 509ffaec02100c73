<?php
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Draws the graphs of a Cacti whose title is LIKE that, by its own functions, without its web pages:
 * draw.php SITE DIRECTORY START END ASKED LIKE. Prints a line of JSON for each: its number, what rrdtool complained of,
 * its title; and its values, as Cacti exports them, if ASKED is in the title. */
list(, $site, $directory, $start, $end, $asked, $like) = $_SERVER['argv'];
$_SERVER['argv'] = array($_SERVER['argv'][0]);
require($site . '/include/cli_check.php');
require_once($config['base_path'] . '/lib/rrd.php');
require_once($config['base_path'] . '/lib/graph_variables.php');

$graphs = db_fetch_assoc_prepared('SELECT local_graph_id AS id, title_cache AS title
	FROM graph_templates_graph
	WHERE local_graph_id > 0 AND title_cache LIKE ?
	ORDER BY local_graph_id', array($like));
foreach ($graphs as $graph) {
	$window = array('graph_start' => (int) $start, 'graph_end' => (int) $end);
	$meta = array();
	$picture = rrdtool_function_graph($graph['id'], 0, $window, false, $meta);
	file_put_contents(sprintf('%s/%03d.png', $directory, $graph['id']), $picture);
	$complaint = substr($picture, 1, 3) == 'PNG' ? '' : rrdtool_function_graph($graph['id'], 0,
		$window + array('get_error' => true), false, $meta);
	$values = strpos($graph['title'], $asked) === false ? null :
		rrdtool_function_xport($graph['id'], 0, $window + array('export_csv' => true), $meta);
	print json_encode(array('id' => (int) $graph['id'], 'title' => $graph['title'], 'complaint' => $complaint,
		'values' => $values)) . "\n";
}
