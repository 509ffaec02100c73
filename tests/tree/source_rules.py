#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The habits of CONTRIBUTING.md that a program can check: licence, opening comments, sizes, leftovers."""

import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import project  # noqa: E402

LONGEST_FUNCTION = 80
LONGEST_LINE = 120
TAB = 8
LICENCE = "SPDX-License-Identifier: GPL-2.0-or-later"
# Spelt in two halves, so that this file passes its own test.
LEFTOVERS = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b|\b(st" r"ub|not im" r"plemented)s?\b")
SOURCE = re.compile(r"\.(c|h|def|am|ac|py|sh|proto|service|service\.in)$")


def is_script(path):
    return project.read(path).startswith("#!")


def is_source(path):
    return bool(SOURCE.search(path)) or is_script(path)


def has_licence(path):
    return LICENCE in "\n".join(project.read(path).splitlines()[:3])


def has_opening(path):
    """Some words of explanation among the first lines after the licence."""
    head = [l for l in project.read(path).splitlines()[:14]
            if LICENCE not in l and not l.startswith("#!")]
    if re.search(r"\.(c|h|def)$", path):
        match = re.match(r"\s*/\*(.*?)\*/", "\n".join(head) + "*/", re.S)
        text = match.group(1) if match else ""
    elif path.endswith(".py"):
        match = re.match(r'\s*"""(.*?)"""', "\n".join(head) + '"""', re.S)
        text = match.group(1) if match else ""
    else:
        text = " ".join(l for l in head[:2] if re.match(r"\s*(#|//|/\*|\*)", l))
    return len(re.findall(r"\w{2,}", text)) >= 2


def functions(text):
    """(name, first line, last line) of each function in C text: a brace at depth 0 after a parenthesis."""
    lines = project.without_comments(text).split("\n")
    depth, start, opened, name, continued = 0, None, None, None, False
    for number, line in enumerate(lines, 1):
        directive = continued or line.lstrip().startswith("#")
        continued = directive and line.rstrip().endswith("\\")
        if directive:
            continue
        if depth == 0 and opened is None and line.strip():
            if start is None:
                start = number
            match = re.search(r"(\w+)\s*\(", line)
            if match and name is None:
                name = match.group(1)
        for character in line:
            if character == "{":
                depth += 1
                opened = opened or number
            elif character == "}":
                depth -= 1
        if depth == 0 and (opened is not None or line.rstrip().endswith(";")):
            if opened is not None and name and not line.rstrip().endswith(";"):
                yield name, start, number
            start, opened, name = None, None, None


def too_long(path):
    for name, first, last in functions(project.read(path)):
        if last - first + 1 > LONGEST_FUNCTION:
            yield "%s:%d: %s has %d lines" % (path, first, name, last - first + 1)


def wide_lines(path):
    for number, line in enumerate(project.read(path).splitlines(), 1):
        if len(line.expandtabs(TAB)) > LONGEST_LINE:
            yield "%s:%d" % (path, number)


def conditionals(path):
    """What is compiled must not depend on features: a missing one is a missing file (invariant 8). A header's
    guard, and the default of a macro that the includer of a table may define, are no features."""
    lines = project.read(path).splitlines()
    for number, line in enumerate(lines, 1):
        match = re.match(r"\s*#\s*if(ndef (\w+)$)?", line)
        if match and not (match.group(2) and any(
                re.match(r"\s*#\s*define %s\b" % match.group(2), following)
                for following in lines[number:number + 1])):
            yield "%s:%d: %s" % (path, number, line.strip())


def leftovers(path):
    for number, line in enumerate(project.read(path).splitlines(), 1):
        match = LEFTOVERS.search(line)
        if match:
            yield "%s:%d: `%s`" % (path, number, match.group(0))


def each(check, paths):
    return [problem for path in paths for problem in check(path)]


def self_test(tap):
    """The parser behind the rule on functions, held against a sample."""
    sample = ("static const int table[] = {\n\t1,\n};\n\nint f(int a,\n      int b)\n{\n\tif (a) { /* { */\n"
              "\t\treturn '{';\n\t}\n\treturn b;\n}\n\nstruct s {\n\tint x;\n};\n"
              "#define M(x) \\\n\tdo { \\\n\t} while (0)\nvoid g(void)\n{\n}\n")
    found = list(functions(sample))
    expected = [("f", 5, 12), ("g", 20, 22)]
    tap.rule("functions are found in C", [] if found == expected else [repr(found)], sample)


def main():
    tap = project.Tap()
    every = [f for f in project.files() if f != "COPYING" and not f.startswith("tests/fuzz/corpus")]
    sources = [f for f in every if is_source(f)]
    c = project.c_files()
    daemon = [f for f in c if f.startswith(("lbd/", "exporters/"))]
    self_test(tap)
    tap.rule("every source file begins with its licence", [f for f in sources if not has_licence(f)],
             sources)
    opening = [f for f in sources if not f.endswith((".am", ".ac", ".service", ".in"))]
    tap.rule("every source file opens with what it is", [f for f in opening if not has_opening(f)],
             opening)
    tap.rule("no function is longer than %d lines" % LONGEST_FUNCTION, each(too_long, c), c)
    tap.rule("no line is wider than %d columns" % LONGEST_LINE, each(wide_lines, c), c)
    tap.rule("no feature is an #if", each(conditionals, daemon), daemon)
    tap.rule("nothing is left for later", each(leftovers, every), every)
    tap.end()


main()
