# SPDX-License-Identifier: GPL-2.0-or-later
"""Cacti's own things, as its import (Cacti 1.2.3 and later) takes them: templates of devices, graphs and data, data
queries, CDEFs. Each is known by a hash, made from its name here, so that a later package updates what an earlier one
brought. What is called what in Cacti stands in its include/global_arrays.php and install/*.sql."""

import hashlib
from xml.sax.saxutils import escape

VERSION = "0102"
TYPES = {"graph_template": "00", "data_template": "01", "host_template": "02", "data_input_method": "03",
         "data_query": "04", "cdef": "05", "gprint_preset": "06", "data_input_field": "07", "data_template_item": "08",
         "graph_template_input": "09", "graph_template_item": "10", "data_query_graph": "11",
         "data_query_sv_graph": "12", "data_query_sv_data_source": "13", "cdef_item": "14"}
# Every Cacti has these two data input methods, with these fields.
SNMP, SNMP_INDEXED = "3eb92bb845b9660a7445cf9740726522", "bf566c869ac6443b0c75d1c32b5a350e"
OID = "4276a5ec6e3fe33995129041b1909762"
INDEX_TYPE, INDEX_VALUE, OUTPUT_TYPE = ("6027a919c7c7731fbe095b6f53ab127b", "cbbe5c1ddfb264a6e5d509ce1c78c95f",
                                        "e6deda7be0f391399c5130e7c4a48b28")
# Of these the device knows the values: address, community, user, password, version.
OF_DEVICE = {SNMP: ["92f5906c8dc0f964b41f4253df582c38", "32285d5bf16e56c478f5e83f32cda9ef",
                    "ad14ac90641aed388139f6ba86a2e48b", "9c55a74bd571b4f00a96fd4b793278c6",
                    "012ccb1d3687d3edb29c002ea66e72da"],
             SNMP_INDEXED: ["617cdc8a230615e59f06f361ef6e7728", "acb449d1451e8a2a655c2c99d31142c7",
                            "f4facc5e2ca7ebee621f09bc6d9fc792", "1cc1493a6781af2c478fa4de971531cf",
                            "b5c23f246559df38662c255f4aa21d6b"]}
# … and this VDEF. One of our own would be imported after the graphs that need it.
TOTAL = "hash_18%s6b5335843630b66f858ce6b7c61fc493" % VERSION
GAUGE, DERIVE = 1, 3
AVERAGE, MAX = 1, 3
LINE, AREA, STACK, GPRINT_LAST, GPRINT_MAX, GPRINT_AVERAGE = 5, 7, 8, 11, 12, 14
CUSTOM_STRING = 6


def hashed(kind, *name):
    """Of a thing of ours."""
    return key(kind, hashlib.md5("/".join(("lbd", kind) + name).encode()).hexdigest())


def key(kind, md5):
    return "hash_%s%s%s" % (TYPES[kind], VERSION, md5)


def element(tag, content):
    """A list of lines: `content` is a text or the lines within."""
    if isinstance(content, list):
        return ["<%s>" % tag] + ["\t" + line for line in content] + ["</%s>" % tag]
    return ["<%s>%s</%s>" % (tag, escape(str(content)), tag)]


def elements(**content):
    return [line for tag, value in content.items() for line in element(tag, value)]


def in_one_line(tag, **content):
    return ["".join(element(tag, "@")).replace("@", "".join(elements(**content)))]


class Package:
    """Collects the things; lines() is the file."""

    def __init__(self):
        self.things = {}

    def add(self, kind, name, lines):
        """Once is enough: whoever needs it adds it. Gives its hash."""
        found = hashed(kind, name)
        self.things.setdefault(found, element(found, element("name", name) + lines))
        return found

    def cdef(self, name, string):
        item = in_one_line(hashed("cdef_item", name), sequence=1, type=CUSTOM_STRING, value=string)
        return self.add("cdef", name, element("items", item))

    def gprint(self, name, form):
        return self.add("gprint_preset", name, element("gprint_text", form))

    def data_template(self, name, title, sources, oid=None):
        """sources: [(name, GAUGE or DERIVE)]; all from a data query, or one from an OID."""
        method = SNMP if oid else SNMP_INDEXED
        lines = element("ds", elements(
            t_name="", name=title, data_source_path="", data_input_id=key("data_input_method", method),
            t_data_source_profile_id="", t_rrd_step="", t_active="", active="on"))
        items = []
        for source, kind in sources:
            items += in_one_line(
                source_hash(name, source), t_data_source_name="", data_source_name=source, t_rrd_minimum="",
                rrd_minimum=0 if kind == DERIVE else "U", t_rrd_maximum="", rrd_maximum="U", t_data_source_type_id="",
                data_source_type_id=kind, t_rrd_heartbeat="", rrd_heartbeat=600, t_data_input_field_id="",
                data_input_field_id=0)
        data = [(field, "", "") for field in OF_DEVICE[method]]
        data += [(OID, "", oid)] if oid else [(field, "on", "") for field in (INDEX_TYPE, INDEX_VALUE, OUTPUT_TYPE)]
        values = []
        for number, (field, template, value) in enumerate(data):
            values += in_one_line("item_%03d" % number, data_input_field_id=key("data_input_field", field),
                                  t_value=template, value=value)
        return self.add("data_template", name, lines + element("items", items) + element("data", values))

    def graph_template(self, name, title, axis, base, items):
        """items: dicts with `source` (data template, data source) and what else differs from nothing."""
        graph = []
        for field, value in (
                ("title", title), ("vertical_label", axis), ("image_format_id", 1), ("height", 200), ("width", 700),
                ("base_value", base), ("slope_mode", ""), ("auto_scale", "on"), ("auto_scale_opts", 2),
                ("auto_scale_log", ""), ("scale_log_units", ""), ("auto_scale_rigid", ""), ("upper_limit", 0),
                ("lower_limit", 0), ("unit_value", ""), ("unit_exponent_value", ""), ("auto_padding", "on")):
            graph += elements(**{"t_" + field: "", field: value})
        lines, used = [], {}
        for number, item in enumerate(items, 1):
            found = hashed("graph_template_item", name, str(number))
            used.setdefault(item["source"], []).append(found)
            lines += in_one_line(
                found, graph_type_id=item["type"], task_item_id=source_hash(*item["source"]),
                color_id=item.get("colour", 0), alpha=item.get("alpha", "FF"),
                consolidation_function_id=item.get("cf", AVERAGE), cdef_id=item.get("cdef", 0),
                vdef_id=item.get("vdef", 0), gprint_id=item.get("gprint", 0), text_format=item.get("text", ""),
                hard_return=item.get("end", ""), sequence=number)
        inputs = []
        for source, hashes in used.items():
            inputs += element(hashed("graph_template_input", name, *source), elements(
                name="Data Source [%s]" % source[1], description="", column_name="task_item_id",
                items="|".join(hashes)))
        return self.add("graph_template", name, element("graph", graph) + element("items", lines) +
                        element("inputs", inputs))

    def data_query(self, name, description, path, graphs):
        """graphs: [(name, title patterns, graph template, {data source: field}, data template)]"""
        lines = []
        for graph, titles, sources, template in graphs:
            fields, patterns, names = [], [], []
            for number, (source, field) in enumerate(sources.items()):
                fields += in_one_line("item_%03d" % number, snmp_field_name=field,
                                      data_template_id=hashed("data_template", template),
                                      data_template_rrd_id=source_hash(template, source))
            for number, title in enumerate(titles, 1):
                patterns += in_one_line(hashed("data_query_sv_graph", name, graph, str(number)), field_name="title",
                                        sequence=number, text=title)
                names += in_one_line(hashed("data_query_sv_data_source", name, graph, str(number)), field_name="name",
                                     data_template_id=hashed("data_template", template), sequence=number, text=title)
            lines += element(hashed("data_query_graph", name, graph), elements(
                graph_template_id=hashed("graph_template", template), name=graph, rrd=fields, sv_graph=patterns,
                sv_data_source=names))
        return self.add("data_query", name, elements(
            description=description, xml_path=path, data_input_id=key("data_input_method", SNMP_INDEXED),
            graphs=lines))

    def host_template(self, name, graph_templates, data_queries):
        return self.add("host_template", name, elements(
            **{"class": "loadbalancer"}, graph_templates="|".join(graph_templates),
            data_queries="|".join(data_queries)))

    def lines(self):
        return element("cacti", [line for thing in self.things.values() for line in thing])


def source_hash(data_template, source):
    return hashed("data_template_item", data_template, source)


def snmp_query(name, description, oid_index, parse, count, title, fields):
    """A resource file. fields: [(name, friendly name, OID or None, is it an output?)]; the first is the index."""
    lines = elements(name=name, description=description, oid_index=oid_index, oid_index_parse="OID/REGEXP:" + parse)
    if count:
        lines += element("oid_num_indexes", count)
    lines += elements(index_order=fields[0][0], index_order_type="alphanumeric", index_title_format=title)
    described = []
    for field, friendly, oid, is_output in fields:
        content = {"name": friendly, "method": "walk", "source": "value" if oid else "index",
                   "direction": "output" if is_output else "input"}
        if oid:
            content["oid"] = oid
        described += element(field, elements(**content))
    return element("query", lines + element("fields", described))
