"""T-SQL as steps for PostgreSQL: {id, sql} in, {id, problems, steps: [{do, sql?, table?, on?, onlyIf?}]} out. A device of tests: it shows
what statements mean, not that SQL Server takes them."""

import json
import logging
import re
import sys

import sqlglot
from sqlglot import errors, exp

def base_type(word):
    """PostgreSQL's type that holds the values of one of T-SQL."""
    name, _, rest = word.lower().partition("(")
    size = rest.rstrip(")")
    if name in ("nvarchar", "varchar", "nchar", "char"):
        return "text" if size == "max" else f"varchar({size or 1})"
    if name in ("varbinary", "binary", "image", "rowversion"):
        return "bytea"
    if name in ("decimal", "numeric"):
        return f"numeric({size})" if size else "numeric(18,0)"
    return {
        "bit": "smallint", "tinyint": "smallint", "int": "integer", "real": "real", "float": "double precision",
        "money": "numeric(19,4)", "uniqueidentifier": "uuid", "xml": "text", "ntext": "text", "sql_variant": "text",
        "datetime": "timestamp(3)", "smalldatetime": "timestamp(0)", "hierarchyid": "text",
        "datetime2": f"timestamp({min(int(size or 6), 6)})", "time": f"time({min(int(size or 6), 6)})",
        "datetimeoffset": f"timestamptz({min(int(size or 6), 6)})",
    }.get(name, name)


def declared(word):
    return f'sys."{word.lower().replace(" ", "")}"'


def domain(word):
    word = word.lower().replace(" ", "")
    check = " check (value in (0, 1))" if word == "bit" else ""
    return {"do": "sql", "sql": (
        f"do $$ begin create domain sys.\"{word}\" as {base_type(word)}{check}; exception when duplicate_object then null; end $$")}


def strip(tree):
    """What PostgreSQL says in other words, or not at all."""
    for node in list(tree.find_all(exp.Collate)):
        node.replace(node.this)
    for table in tree.find_all(exp.Table):
        table.set("hints", None)
    for column in list(tree.find_all(exp.Column)):
        if column.table.lower() in ("inserted", "deleted") and column.args.get("table"):
            column.set("table", None)
    for parameter in list(tree.find_all(exp.Parameter)):
        if isinstance(parameter.parent, exp.Func) and not isinstance(parameter.parent, (exp.Cast, exp.Case)):
            parameter.replace(exp.Cast(this=parameter.copy(), to=exp.DataType.build("text")))
    for cast in list(tree.find_all(exp.Cast, exp.TryCast)):
        if cast.to.is_type("datetime2"):
            cast.set("to", exp.DataType.build("timestamp"))
    return tree


def written(tree):
    text = tree.sql(dialect="postgres", unsupported_level=errors.ErrorLevel.IGNORE)
    text = text.replace("WEEKISO", "WEEK").replace("VARCHAR(MAX)", "TEXT").replace(" + N'", " || N'")
    return re.sub(r"\bN'", "'", re.sub(r'("(?:[^"]|"")*"|\'(?:[^\']|\'\')*\')|@(\d+)\b', placeholder, text))


def placeholder(match):
    return match[1] if match[1] else f"${match[2]}"


COLUMN = re.compile(r'^"((?:[^"]|"")+)" ([a-z0-9_]+(?:\([^)]*\))?)(.*)$', re.I | re.S)


def split_list(text):
    """Parts between commas that stand in no parentheses and no quotes."""
    parts, depth, quote, start = [], 0, "", 0
    for at, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign == "(":
            depth += 1
        elif sign == ")":
            depth -= 1
        elif sign == "," and depth == 0:
            parts.append(text[start:at].strip())
            start = at + 1
    return [*parts, text[start:].strip()]


def in_column(text):
    rest = re.sub(r"\bidentity\(1, 1\)", "generated always as identity", text)
    return re.sub(r"\bN'", "'", rest).replace("' + ", "' || ").replace(" + '", " || '")


def create_table(sql):
    head, body = re.match(r'^(create table .*?) \((.*)\)$', sql, re.S).groups()
    steps, parts = [], []
    for part in split_list(body):
        column = COLUMN.match(part)
        if column and not part.lower().startswith(("primary key", "foreign key", "constraint")):
            name, word, rest = column.groups()
            steps.append(domain(word))
            kind = base_type(word) if "identity(" in rest else declared(word)
            parts.append(f'"{name}" {kind}{in_column(rest)}')
        else:
            parts.append(part)
    return [*steps, {"do": "sql", "sql": f"{head} ({', '.join(parts)})"}]


def alter_table(sql):
    table, rest = re.match(r'^alter table ((?:"(?:[^"]|"")+"\.?)+) (.*)$', sql, re.S).groups()
    add = re.match(r'^add (".*)$', rest, re.S)
    change = re.match(r'^alter column ("(?:[^"]|"")+") (\S+) (null|not null)$', rest, re.S)
    default = re.match(r'^add default (.*) for ("(?:[^"]|"")+")$', rest, re.S)
    if add:
        name, word, more = COLUMN.match(add[1]).groups()
        kind = base_type(word) if "identity(" in more else declared(word)
        return [domain(word), {"do": "sql", "sql": f'alter table {table} add "{name}" {kind}{in_column(more)}'}]
    if change:
        column, word, null = change.groups()
        turn = "drop" if null == "null" else "set"
        return [domain(word), {"do": "sql", "sql": (
            f"alter table {table} alter column {column} type {declared(word)} using {column}::{base_type(word)}, "
            f"alter column {column} {turn} not null")}]
    if default:
        return [{"do": "sql", "sql": f"alter table {table} alter column {default[2]} set default {in_column(default[1])}"}]
    constraint = re.match(r'^drop constraint "df of (.*)"$', rest)
    if constraint:
        return [{"do": "sql", "sql": f'alter table {table} alter column "{constraint[1]}" drop default'}]
    return [{"do": "sql", "sql": f"alter table {table} {in_column(rest)}"}]


def steps_of(sql):
    low = sql.lower().strip()
    if low.startswith("create table"):
        return create_table(sql)
    if low.startswith("alter table"):
        return alter_table(sql)
    if low.startswith(("create index", "create unique index", "drop table")):
        return [{"do": "sql", "sql": sql}]
    if low.startswith("drop index"):
        return [{"do": "sql", "sql": re.sub(r'^(drop index "(?:[^"]|"")+") on .*$', r"\1", sql, flags=re.S)}]
    return [step for one in statements_of(sql) for step in steps_of_one(one)]


def statements_of(sql):
    """Between semicolons that stand in no text and no name."""
    parts, quote, start = [], "", 0
    for at, sign in enumerate(sql):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign == ";":
            parts.append(sql[start:at].strip())
            start = at + 1
    return [part for part in [*parts, sql[start:].strip()] if part]


def steps_of_one(sql, only_if=None):
    conditional = re.match(r"^if @@rowcount = 0 (.*)$", sql, re.S | re.I)
    if conditional:
        return steps_of_one(conditional[1], "none")
    numbered = re.match(r"^set identity_insert (.*) (on|off)$", sql, re.I | re.S)
    if numbered:
        return [{"do": "identity", "table": numbered[1], "on": numbered[2].lower() == "on"}]
    if sql.lower().startswith("set "):
        return [{"do": "set", "sql": sql}]
    # sqlglot reads neither of these with OUTPUT.
    defaults = re.match(r"^(insert into .*?)(?: output (.*))? default values$", sql, re.S)
    if defaults:
        back = defaults[2] and re.sub(r'"inserted"\.', "", defaults[2])
        text = f"{defaults[1]} default values{f' returning {back}' if back else ''}"
        return [{"do": "sql", "sql": text, "kind": "insert", "table": defaults[1][12:], "onlyIf": only_if}]
    deleted = re.match(r"^delete from (.*?) output (.*?)( where .*)?$", sql, re.S)
    if deleted and '"deleted".' in sql:
        plain = steps_of_one(f"delete from {deleted[1]}{deleted[3] or ''}")[0]
        back = written(strip(sqlglot.parse_one(f"select {deleted[2]}", read="tsql")))[7:]
        return [{**plain, "sql": f"{plain['sql']} returning {back}"}]
    steps = []
    for tree in sqlglot.parse(sql, read="tsql", error_level=errors.ErrorLevel.RAISE):
        steps += steps_of_tree(tree, only_if)
    return steps


def steps_of_tree(tree, only_if=None):
    if isinstance(tree, exp.IfBlock):
        condition = tree.this.sql(dialect="tsql").lower()
        test = "none" if "@@rowcount" in condition else "open" if "@@trancount" in condition else condition
        inner = tree.args.get("true")
        body = inner.expressions if isinstance(inner, exp.Block) else [inner]
        return [step for one in body for step in steps_of_tree(one, test)]
    if isinstance(tree, exp.Transaction):
        return [{"do": "begin"}]
    if isinstance(tree, exp.Commit):
        return [{"do": "commit"}]
    if isinstance(tree, exp.Rollback):
        return [{"do": "rollback", "onlyIf": only_if}]
    locks = isinstance(tree, exp.Select) and any("updlock" in t.sql("tsql").lower() for t in tree.find_all(exp.Table) if t.args.get("hints"))
    kind = type(tree).__name__.lower()
    table = tree.find(exp.Table).sql(dialect="postgres") if kind in ("insert", "update", "delete") and tree.find(exp.Table) else None
    values = tree.expression if kind == "insert" else None
    if isinstance(values, exp.Values) and len(values.expressions) > 1:
        # PostgreSQL takes the types of values from the columns for a single row alone.
        texts = []
        for row in values.expressions:
            one = tree.copy()
            one.set("expression", exp.Values(expressions=[row.copy()]))
            texts.append(written(strip(one)))
        return [{"do": "sql", "sql": texts[0], "more": texts[1:], "kind": kind, "table": table}]
    text = written(strip(tree))
    step = {"do": "sql", "sql": f"{text} for update" if locks else text, "kind": kind, "table": table}
    return [{**step, "onlyIf": only_if} if only_if else step]


def main():
    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    print(json.dumps({"version": sqlglot.__version__}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            result = {"problems": [], "steps": steps_of(request["sql"])}
        except Exception as error:  # an error of the parser itself is an answer about this statement
            result = {"problems": [f"{type(error).__name__}: {error}"], "steps": []}
        print(json.dumps({"id": request["id"], **result}), flush=True)


main()
