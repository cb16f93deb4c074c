-- What the dialect asks of values whose type it cannot know: DuckDB chooses by type.
-- A text beside a number is a number of the other's kind.
create macro "number"(x varchar, other integer) as cast(x as bigint),
    (x varchar, other bigint) as cast(x as bigint),
    (x varchar, other) as cast(x as double),
    (x, other) as x;

-- Sums of bigints are numeric(38, 0).
create macro summand(x bigint) as cast(x as decimal(38, 0)),
    (x integer) as x,
    (x smallint) as x,
    (x tinyint) as x,
    (x) as x;

-- Dates may be written in digits alone.
create macro as_date(x varchar) as
    case
        when regexp_full_match(x, '[0-9]{8}') then cast(strptime(x, '%Y%m%d') as date)
        else cast(x as date)
    end,
    (x) as cast(x as date);

-- Floats without a fraction have no point.
create macro as_text(x) as
    case
        when typeof(x) in ('DOUBLE', 'FLOAT') then regexp_replace(cast(x as varchar), '[.]0$', '')
        else cast(x as varchar)
    end;

-- A cast to a length cuts, between characters: not before a byte that goes on with one.
create macro goes_on(bytes, place) as bytes[place:place] between '\x80'::blob and '\xBF'::blob;
create macro fit(x, length) as
    case
        when strlen(x) <= length then x
        else decode(encode(x)[1:length - case
            when not redshift_catalog.main.goes_on(encode(x), length + 1) then 0
            when not redshift_catalog.main.goes_on(encode(x), length) then 1
            when not redshift_catalog.main.goes_on(encode(x), length - 1) then 2
            else 3
        end])
    end;

-- trunc() of a time is its date.
create macro truncated(x timestamp) as cast(x as date),
    (x timestamptz) as cast(x as date),
    (x date) as x,
    (x) as trunc(x);
