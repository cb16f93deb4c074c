/// Which reports a page shows and as what. To add a chart, add a line.

export type Chart =
  /// A line for each column of `y`.
  | { kind: "lines"; x: string; y: string[] }
  /// The columns of `y` upon each other.
  | { kind: "areas"; x: string; y: string[] }
  /// Bars upon each other: the columns of `y`, those of `less` downwards; or one column, split by
  /// another one. `line` is drawn over them.
  | { kind: "columns"; x: string; y: string[]; less?: string[]; split?: string; line?: string }
  /// Bars from the left, in the order of the rows; a label of several columns is joined.
  | { kind: "ranking"; label: string[]; y: string }
  | { kind: "heat"; x: string; y: string; value: string; names?: string[] }
  /// The first row's values, large.
  | { kind: "figures"; columns: string[] }
  | { kind: "table" };

export interface Card {
  report: string;
  chart: Chart;
  isWide?: boolean;
  /// Its days are not those of events, which a period chooses: it is not asked for one.
  isOfAllTime?: boolean;
}

export interface Page {
  path: string;
  title: string;
  cards: Card[];
  /// Below them, whether the warehouse keeps its rules.
  hasChecks?: boolean;
}

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

export const pages: Page[] = [
  {
    path: "/",
    title: "Overview",
    cards: [
      {
        report: "paid_share",
        chart: { kind: "areas", x: "day", y: ["paid_users", "free_users"] },
        isWide: true,
      },
      {
        report: "paid_net_adds",
        chart: {
          kind: "columns",
          x: "week",
          y: ["upgrades"],
          less: ["downgrades", "paid_cancellations"],
          line: "net_adds",
        },
      },
      {
        report: "conversion_rate",
        chart: { kind: "figures", columns: ["conversion_rate", "converted", "free_users"] },
      },
      {
        report: "active_users",
        chart: { kind: "lines", x: "day", y: ["daily_users", "weekly_users", "monthly_users"] },
        isWide: true,
      },
      { report: "stickiness", chart: { kind: "columns", x: "active_days", y: ["users"] } },
      { report: "churn_rate", chart: { kind: "columns", x: "month", y: ["churn_rate"] } },
    ],
  },
  {
    path: "/growth",
    title: "Growth",
    cards: [
      { report: "upgrade_funnel", chart: { kind: "ranking", label: ["name"], y: "users" } },
      {
        report: "time_to_convert",
        chart: {
          kind: "figures",
          columns: ["median_days", "p25_days", "p75_days", "converted", "not_converted"],
        },
      },
      {
        report: "lifecycle",
        chart: { kind: "columns", x: "week", y: ["users"], split: "state" },
      },
      {
        report: "retention",
        chart: { kind: "heat", x: "week_number", y: "cohort", value: "retention" },
      },
      { report: "before_upgrade", chart: { kind: "table" } },
      { report: "downgrade_funnel", chart: { kind: "ranking", label: ["name"], y: "users" } },
      { report: "ad_load", chart: { kind: "lines", x: "week", y: ["ads_per_hour"] } },
      {
        report: "ads_and_upgrades",
        chart: { kind: "columns", x: "ads_a_day", y: ["upgrade_share"] },
      },
    ],
  },
  {
    path: "/listening",
    title: "Listening",
    cards: [
      {
        report: "top_songs",
        chart: { kind: "ranking", label: ["song_title", "artist_name"], y: "plays" },
      },
      { report: "top_artists", chart: { kind: "ranking", label: ["artist_name"], y: "plays" } },
      {
        report: "heat_map",
        chart: { kind: "heat", x: "hour", y: "weekday", value: "plays", names: weekdays },
        isWide: true,
      },
      { report: "sessions", chart: { kind: "columns", x: "week", y: ["sessions"] } },
      { report: "skip_rate", chart: { kind: "columns", x: "level", y: ["skip_rate"] } },
      { report: "plays_per_user", chart: { kind: "columns", x: "level", y: ["plays_per_user"] } },
      { report: "concentration", chart: { kind: "columns", x: "kind", y: ["gini"] } },
      { report: "sentiment", chart: { kind: "table" } },
    ],
  },
  {
    path: "/audience",
    title: "Audience",
    cards: [
      { report: "states", chart: { kind: "ranking", label: ["state"], y: "plays" } },
      { report: "metros", chart: { kind: "ranking", label: ["metro"], y: "plays" } },
      {
        report: "devices",
        chart: { kind: "ranking", label: ["device", "operating_system", "browser"], y: "plays" },
      },
      {
        report: "user_activity",
        chart: { kind: "ranking", label: ["first_name", "last_name", "user_id"], y: "plays" },
      },
    ],
  },
  {
    path: "/health",
    title: "Health",
    hasChecks: true,
    cards: [
      {
        report: "error_rate",
        chart: { kind: "columns", x: "day", y: ["error_rate"] },
        isWide: true,
      },
      {
        report: "catalogue_match",
        chart: { kind: "ranking", label: ["match_method"], y: "plays" },
      },
      { report: "table_rows", chart: { kind: "ranking", label: ["table_name"], y: "row_count" } },
      { report: "loads", chart: { kind: "table" }, isWide: true, isOfAllTime: true },
      {
        report: "rejects",
        chart: { kind: "ranking", label: ["reason", "column_name"], y: "rejects" },
        isWide: true,
        isOfAllTime: true,
      },
      { report: "refused_records", chart: { kind: "table" }, isWide: true, isOfAllTime: true },
      { report: "files", chart: { kind: "table" }, isWide: true, isOfAllTime: true },
    ],
  },
];

export function pageOf(path: string): Page | undefined {
  return pages.find((page) => page.path === path);
}
