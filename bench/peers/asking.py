"""A client of PostgreSQL's protocol that times what it asks, after it has connected.

rows     all rows of the table `plays`, as Python objects
trivial  `select 1`, again and again; the measure is one of them
busy     twenty clients at once, each with its own queries, while a hundred others are idle
"""

import argparse
import hashlib
import json
import statistics
import threading
import time
from contextlib import ExitStack, closing

import psycopg2

IDLE, BUSY, QUERIES = 100, 20, 10
TRIVIAL = 2000
QUERY = "select level, count(*) from plays where user_id = {} group by level order by level"


def rows(connect) -> tuple[float, str]:
    with closing(connect()) as connection, connection.cursor() as cursor:
        started = time.perf_counter()
        cursor.execute("select * from plays")
        found = cursor.fetchall()
        wall = time.perf_counter() - started
    found.sort()
    return wall, hashlib.sha256(repr(found).encode()).hexdigest()


def trivial(connect) -> tuple[float, str]:
    walls, answers = [], set()
    with closing(connect()) as connection, connection.cursor() as cursor:
        for _ in range(TRIVIAL):
            started = time.perf_counter()
            cursor.execute("select 1")
            answers.add(cursor.fetchone())
            walls.append(time.perf_counter() - started)
    return statistics.median(walls), repr(answers)


def busy(connect) -> tuple[float, str]:
    answers: list[list] = [[] for _ in range(BUSY)]

    def ask(number: int, connection) -> None:
        with connection.cursor() as cursor:
            for query in range(QUERIES):
                cursor.execute(QUERY.format((number * QUERIES + query) % 997))
                answers[number].append(cursor.fetchall())

    with ExitStack() as stack:
        idle = [stack.enter_context(closing(connect())) for _ in range(IDLE)]
        working = [stack.enter_context(closing(connect())) for _ in range(BUSY)]
        threads = [threading.Thread(target=ask, args=each) for each in enumerate(working)]
        started = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wall = time.perf_counter() - started
        for connection in idle:  # they were held
            with connection.cursor() as cursor:
                cursor.execute("select 1")
    if any(len(each) != QUERIES for each in answers):
        raise SystemExit("a client was not answered")
    return wall, hashlib.sha256(repr(answers).encode()).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["rows", "trivial", "busy"])
    parser.add_argument("address", help="as psycopg2 takes it")
    flags = parser.parse_args()

    def connect():
        connection = psycopg2.connect(flags.address)
        connection.autocommit = True
        return connection

    wall, answer = {"rows": rows, "trivial": trivial, "busy": busy}[flags.what](connect)
    measure = {"wall": wall, "cpu": 0.0, "peak_mb": 0.0}  # the server has them
    print(json.dumps({"measure": measure, "answer": answer}))


if __name__ == "__main__":
    main()
