"""The plots of the page: Vega-Lite specifications, drawn as SVG."""

import json

from bench.tables import best, our_side, points, stages

WIDTH = 560


def draw(groups: dict) -> dict[str, str]:
    """Names and texts of the plots whose numbers are there."""
    import vl_convert

    specs = {
        "throughput": throughput(groups),
        "stages": by_stage(groups),
        "scaling_events": scaling(groups, "events", "events", "log"),
        "scaling_files": scaling(groups, "files", "files", "log"),
        "scaling_threads": scaling(groups, "threads", "threads", "linear"),
    }
    return {
        name: vl_convert.vegalite_to_svg(json.dumps(spec)).rstrip() + "\n"
        for name, spec in specs.items()
        if spec["data"]["values"]
    }


def plot(values: list[dict], mark: object, encoding: dict, height: object = 240) -> dict:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "white",
        "width": WIDTH,
        "height": height,
        "data": {"values": values},
        "mark": mark,
        "encoding": encoding,
    }


def bars(values: list[dict], title: str, is_log: bool, order: object = None) -> dict:
    """One mark a name, ours in another colour: a bar, or a dot where the axis has no zero."""
    scale = {"type": "log"} if is_log else {}
    dot = {"type": "point", "filled": True, "size": 120, "opacity": 1}
    return plot(
        values,
        dot if is_log else "bar",
        {
            "y": {"field": "name", "type": "nominal", "sort": order, "title": None,
                  "axis": {"labelLimit": 320}},
            "x": {"field": "value", "type": "quantitative", "title": title, "scale": scale,
                  "axis": {"format": "~s"}},
            "color": {"field": "is_ours", "type": "nominal", "legend": None,
                      "scale": {"domain": [True, False], "range": ["#1b7f5c", "#9aa5b1"]}},
        },
        {"step": 22},
    )  # fmt: skip


def throughput(groups: dict) -> dict:
    """Events a second of everything that makes the five tables."""
    values = []
    for name, group in groups.items():
        if name != "five_tables" and not name.startswith("classics/"):
            continue
        for side in group["sides"]:
            is_ours = side == our_side(group)
            if name == "five_tables" or not is_ours:
                rate = group["events"] / best(group, side)["wall"]
                values.append({"name": side, "value": rate, "is_ours": is_ours})
    return bars(values, "events a second (logarithmic)", True, "-x")


def by_stage(groups: dict) -> dict:
    values = [
        {"name": name, "value": seconds, "is_ours": True}
        for name, seconds in stages(groups).items()
    ]
    return bars(values, "seconds", False)


def scaling(groups: dict, kind: str, title: str, scale: str) -> dict:
    """Events a second of each side over one axis."""
    values = [
        {
            title: group["events"] if kind == "events" else int(place),
            "rate": group["events"] / best(group, side)["wall"],
            "side": side,
        }
        for place, group in points(groups, kind)
        for side in group["sides"]
    ]
    axis = {"tickMinStep": 1, "format": "~s"}
    return plot(
        values,
        {"type": "line", "point": True},
        {
            "x": {"field": title, "type": "quantitative", "scale": {"type": scale}, "axis": axis},
            "y": {"field": "rate", "type": "quantitative", "title": "events a second",
                  "axis": {"format": "~s"}},
            "color": {"field": "side", "type": "nominal", "title": None},
        },
    )  # fmt: skip
