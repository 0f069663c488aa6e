"""Parses SQL with sqlglot: one JSON object a line in, {id, dialect, sql, to?}, and one out, {id, problems, kinds, sql?}."""

import json
import logging
import sys

import sqlglot
from sqlglot import errors, exp

# What sqlglot takes in any dialect, though these do not have it: words outside of texts and quoted names.
FOREIGN = {
    "tsql": {"LIMIT", "RETURNING", "ILIKE", "TRUE", "FALSE", "REGEXP", "RLIKE", "LATERAL", "USING", "NULLS"},
    "oracle": {"LIMIT", "ILIKE", "REGEXP", "RLIKE", "TOP", "OUTPUT", "AUTO_INCREMENT"},
}
FOREIGN_SIGNS = {"tsql": {"||", "::", "->", "->>", "`"}, "oracle": {"::", "->>", "`", "@@"}}


def answer(request):
    dialect, text = request["dialect"], named(request["dialect"], request["sql"])
    problems = foreign(dialect, text)
    try:
        trees = [tree for tree in sqlglot.parse(text, read=dialect, error_level=errors.ErrorLevel.RAISE) if tree]
    except errors.SqlglotError as error:
        return {"problems": [*problems, plain(str(error))], "kinds": []}
    for tree in trees:
        problems += [f"Not understood: {node.sql()[:200]}" for node in tree.find_all(exp.Command)]
    result = {"problems": problems, "kinds": [type(tree).__name__ for tree in trees]}
    if request.get("to"):
        try:
            texts = [tree.sql(dialect=request["to"], unsupported_level=errors.ErrorLevel.RAISE) for tree in trees]
            result["sql"] = ";\n".join(texts)
        except errors.SqlglotError as error:
            problems.append(f"No {request['to']}: {plain(str(error))}")
    return result


def named(dialect, text):
    """Placeholders by number, `:1`, as placeholders by name: sqlglot knows the others only of Oracle's."""
    if dialect != "oracle":
        return text
    try:
        tokens = sqlglot.tokenize(text, read=dialect)
    except errors.SqlglotError:
        return text
    for colon, number in reversed(list(zip(tokens, tokens[1:]))):
        if text[colon.start : colon.end + 1] == ":" and number.start == colon.end + 1 and number.text.isdigit():
            text = f"{text[: number.start]}p{text[number.start :]}"
    return text


def foreign(dialect, text):
    words, signs = FOREIGN.get(dialect, set()), FOREIGN_SIGNS.get(dialect, set())
    try:
        tokens = sqlglot.tokenize(text, read=dialect)
    except errors.SqlglotError:
        return []  # told by the parser
    found = []
    for token in tokens:
        written = text[token.start : token.end + 1]
        if written.upper() in words or written in signs:
            found.append(f"Not of this dialect: {written}")
    return found


def plain(text):
    return text.replace("\x1b[4m", "»").replace("\x1b[0m", "«")


def main():
    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    print(json.dumps({"version": sqlglot.__version__}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            result = answer(request)
        except Exception as error:  # an error of the parser itself is an answer about this statement
            result = {"problems": [f"{type(error).__name__}: {error}"], "kinds": []}
        print(json.dumps({"id": request["id"], **result}), flush=True)


main()
