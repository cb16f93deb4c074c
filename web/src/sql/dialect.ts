/// Redshift's SQL for the editor: words to be coloured, names to be completed.

import { PostgreSQL, SQLDialect, type SQLNamespace } from "@codemirror/lang-sql";
import type { Completion } from "@codemirror/autocomplete";
import type { Names } from "./ask";

const words =
  "distkey diststyle sortkey interleaved compound encode backup unload manifest iam_role gzip " +
  "parquet qualify pivot unpivot super identity top minus ilike similar vacuum reindex sortonly";

export const redshift = SQLDialect.define({
  ...PostgreSQL.spec,
  keywords: `${PostgreSQL.spec.keywords ?? ""} ${words}`,
  types: `${PostgreSQL.spec.types ?? ""} super varbyte hllsketch timestamptz timetz`,
  backslashEscapes: true,
});

/// Functions of Redshift that people write, with what they take.
const signatures = `
abs(number) add_months(date, months) approximate_percentile_disc(share) array(values)
ascii(text) avg(number) bool_and(boolean) bool_or(boolean) btrim(text) cast(value as type)
ceil(number) char_length(text) charindex(part, text) coalesce(values) concat(left, right)
convert_timezone(from, to, timestamp) corr(y, x) cos(number) count(value) cume_dist()
current_date current_timestamp date_cmp(left, right) date_part(part, timestamp)
date_trunc(part, timestamp) dateadd(part, number, timestamp) datediff(part, from, to)
decode(value, search, result) dense_rank() exp(number) extract(part from timestamp)
first_value(value) floor(number) getdate() greatest(values) initcap(text) is_valid_json(text)
isnull(value, otherwise) json_extract_path_text(json, path) json_parse(text) json_serialize(super)
lag(value, rows) last_day(date) last_value(value) lead(value, rows) least(values) left(text, count)
len(text) length(text) listagg(text, separator) ln(number) log(number) lower(text)
lpad(text, length, fill) ltrim(text) max(value) md5(text) median(number) min(value)
mod(left, right) months_between(left, right) next_day(date, day) nth_value(value, row)
ntile(count) nullif(left, right) nvl(values) nvl2(value, given, otherwise) percent_rank()
percentile_cont(share) percentile_disc(share) position(part in text) power(base, exponent)
quote_ident(text) quote_literal(text) random() rank() regexp_count(text, pattern)
regexp_instr(text, pattern) regexp_replace(text, pattern, replacement)
regexp_substr(text, pattern) replace(text, part, with) reverse(text) right(text, count)
round(number, digits) row_number() rpad(text, length, fill) rtrim(text) sign(number)
split_part(text, separator, part) sqrt(number) stddev(number) strpos(text, part)
substring(text, from, count) sum(number) sysdate to_char(value, format) to_date(text, format)
to_number(text, format) to_timestamp(text, format) translate(text, from, to) trim(text)
trunc(value) upper(text) var_pop(number) variance(number)
`;

export const functions: Completion[] = [...signatures.matchAll(/([a-z_0-9]+)(\([^)]*\))?/g)].map(
  ([, label, takes]) => ({
    label: label!,
    type: "function",
    detail: takes ?? "",
    apply: takes ? `${label}(${takes === "()" ? ")" : ""}` : label!,
  }),
);

/// Tables of the schema everybody has in mind are completed by themselves, others behind theirs.
export function namespaceOf(names: Names): SQLNamespace {
  const schemas: Record<string, Record<string, Completion[]>> = {};
  for (const table of names.tables) {
    const tables = (schemas[table.schema] ??= {});
    tables[table.name] = table.columns.map((column) => ({
      label: column.name,
      type: "property",
      detail: column.type,
    }));
  }
  return schemas;
}
