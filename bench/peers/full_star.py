"""The whole star by the program's own SQL over staging tables that DuckDB's read_json fills.

Writes one script for `sparkify sql -f`, which translates the Redshift dialect as `sparkify etl`
does. What a load does beside that is left out: file hashes, ledger, rejects.
"""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# In the order of sql/schema/staging_events.sql. Blank text is none, as the program has it.
STAGING = """
create temp sequence row_ids;

create temp table staging_events as
select nullif(artist, '') as artist, nullif(auth, '') as auth, nullif(firstName, '') as first_name,
  nullif(gender, '') as gender, itemInSession as item_in_session,
  nullif(lastName, '') as last_name, length, nullif(level, '') as level,
  nullif(location, '') as location, nullif(method, '') as method, nullif(page, '') as page,
  registration, sessionId as session_id, nullif(song, '') as song, status,
  make_timestamp(ts * 1000) as ts, nullif(userAgent, '') as user_agent,
  cast(nullif(userId, '') as integer) as user_id, 0 as file_id, nextval('row_ids') as row_id,
  cast(0 as smallint) as is_duplicate
from read_json('{logs}', format = 'newline_delimited', auto_detect = false, columns = {{
  artist: 'varchar', auth: 'varchar', firstName: 'varchar', gender: 'varchar',
  itemInSession: 'integer', lastName: 'varchar', length: 'double', level: 'varchar',
  location: 'varchar', method: 'varchar', page: 'varchar', registration: 'double',
  sessionId: 'integer', song: 'varchar', status: 'integer', ts: 'bigint', userAgent: 'varchar',
  userId: 'varchar'
}});

create temp table staging_songs as
select num_songs, artist_id, artist_latitude, artist_longitude,
  nullif(artist_location, '') as artist_location, nullif(artist_name, '') as artist_name, song_id,
  nullif(title, '') as title, duration, year, 0 as file_id, nextval('row_ids') as row_id
from read_json('{songs}', auto_detect = false, columns = {{
  num_songs: 'integer', artist_id: 'varchar', artist_latitude: 'double',
  artist_longitude: 'double', artist_location: 'varchar', artist_name: 'varchar',
  song_id: 'varchar', title: 'varchar', duration: 'double', year: 'integer'
}});
"""


def needs(text: str) -> list[str]:
    """The names in the `needs:` line of a file."""
    found = re.search(r"^-- needs: *(.*)$", text, re.MULTILINE)
    return re.findall(r"\w+", found[1]) if found else []


def in_order(folder: str) -> list[str]:
    """The texts of one folder of sql/, each after what it needs, otherwise by name."""
    texts = {path.stem: path.read_text() for path in sorted((ROOT / "sql" / folder).glob("*.sql"))}
    ordered: dict[str, str] = {}

    def place(name: str) -> None:
        if name not in ordered:
            for need in needs(texts[name]):
                place(need)
            ordered[name] = texts[name]

    for name in texts:
        place(name)
    return list(ordered.values())


def statements(text: str) -> list[str]:
    """The statements of a file of sql/, which has no semicolon elsewhere, without comments."""
    bare = re.sub(r"--.*", "", text)
    return [each.strip() for each in bare.split(";") if each.strip()]


def with_parameters(texts: list[str]) -> list[str]:
    """What the program asks once and binds as `:name`, as one-row tables that are asked instead."""
    tables: dict[str, str] = {}

    def asked(parameter: re.Match) -> str:
        return f"(select {parameter[1]} from {tables[parameter[1]]})"

    result = []
    for text in texts:
        bound = re.sub(r"(?<!:):([a-z]\w*)", asked, text)
        if re.match(r"select\b", text):
            table = f"parameters_{len(result)}"
            shown = re.split(r"\bfrom\b", text)[0]
            tables.update(dict.fromkeys(re.findall(r" as (\w+)", shown), table))
            bound = f"create temp table {table} as {bound}"
        result.append(bound)
    return result


def script(logs: str, songs: str) -> str:
    """All of it. Not in one transaction, which would be slower."""
    schema = [each for text in in_order("schema") for each in statements(text)]
    lasting = [each for each in schema if not re.search(r"exists staging_", each)]
    build = [each for text in in_order("build") for each in statements(text)]
    parts = ["set preserve_insertion_order = false"]
    parts += lasting + statements(STAGING.format(logs=logs, songs=songs))
    parts += with_parameters(build)
    return ";\n\n".join(parts) + ";\n"
