#include "cli/commands.hpp"

#include <algorithm>
#include <array>

#include "cli/help.hpp"
#include "config/settings.hpp"

namespace sparkify::cli {
namespace {

constexpr Flag help_flag = {"help", 'h', "", "", "", "", "show this help"};

constexpr std::array<Flag, 3> settings_flags = {{
    {"warehouse", 0, "FILE", "", "warehouse.path", "",
     "the warehouse: file or redshift://user@host:port/db"},
    {"config", 0, "FILE", "", "", "./dwh.cfg", "read settings from this file"},
    {"quiet", 'q', "", "", "", "", "say nothing but results, warnings and errors"},
}};

constexpr std::array<Flag, 1> warehouse_flags = {{
    {"wait", 0, "SECONDS", "", "", "0", "wait this long for another process that holds the file"},
}};

constexpr std::array<Flag, 4> common_flags = {warehouse_flags[0], settings_flags[0],
                                              settings_flags[1], settings_flags[2]};

constexpr std::array<Flag, 5> store_flags = {{
    {"region", 0, "REGION", "", "s3.region", "", "region of the buckets"},
    {"endpoint-url", 0, "URL", "", "s3.endpoint", "", "a server that speaks S3, instead of AWS"},
    {"profile", 0, "NAME", "", "aws.profile", "",
     "profile of ~/.aws/config and ~/.aws/credentials"},
    {"no-sign-request", 0, "", "", "s3.unsigned", "", "ask S3 without credentials"},
    {"connections", 0, "COUNT", "", "s3.connections", "", "connections to S3 at a time"},
}};

constexpr std::array<Flag, 4> cloud_flags = {{
    {"cluster", 0, "NAME", "", "cluster.identifier", "", "name of the cluster, else sparkify"},
    {"region", 0, "REGION", "", "aws.region", "", "region of the cluster"},
    {"profile", 0, "NAME", "", "aws.profile", "",
     "profile of ~/.aws/config and ~/.aws/credentials"},
    {"endpoint-url", 0, "URL", "", "", "", "a server that plays Amazon's services"},
}};

constexpr Flag format_flag = {
    "format", 0, "FORMAT", "table json", "", "table", "how to print the result"};

constexpr std::array<Flag, 3> create_tables_flags = {{
    {"yes", 0, "", "", "", "", "drop tables that hold rows"},
    {"print", 0, "ENGINE", "redshift duckdb", "", "", "print the statements and change nothing"},
    {"layout", 0, "LAYOUT", "", "warehouse.layout", "", "placement of tables on Redshift"},
}};

constexpr std::array<Flag, 14> etl_flags = {{
    {"log-data", 0, "PATH", "", "s3.log_data", "", "directory, file or s3:// prefix of event logs"},
    {"song-data", 0, "PATH", "", "s3.song_data", "", "directory, file or s3:// prefix of songs"},
    {"log-jsonpath", 0, "FILE", "", "s3.log_jsonpath", "",
     "jsonpaths file for the event logs, also s3://"},
    {"max-rejects", 0, "COUNT", "", "warehouse.max_rejects", "",
     "load although this many records are refused"},
    {"staging", 0, "PREFIX", "", "s3.staging", "",
     "s3:// prefix where records lie while Redshift loads them"},
    {"copy", 0, "WAY", "", "warehouse.copy", "", "who reads: Redshift (direct) or we (compact)"},
    {"dry-run", 0, "", "", "", "", "list the files a load would take and change nothing"},
    {"follow", 0, "", "", "", "", "load what comes, too, until Ctrl-C"},
    {"interval", 0, "SECONDS", "", "", "5", "with --follow: time between two looks for new files"},
    {"explain", 0, "", "", "", "", "print the statements a load would run on Redshift"},
    {"keep-staging", 0, "", "", "warehouse.keep_staging", "", "keep the staging tables"},
    {"threads", 0, "COUNT", "", "warehouse.threads", "",
     "threads to work with; 0: as many as the machine has"},
    {"memory-limit", 0, "SIZE", "", "warehouse.memory_limit", "",
     "memory the engine may use, such as 2GB"},
    format_flag,
}};

constexpr std::array<Flag, 2> check_flags = {{
    {"truth", 0, "FILE", "", "", "", "compare with this answer key instead; - is standard input"},
    format_flag,
}};

constexpr std::array<Flag, 1> format_flags = {format_flag};

constexpr std::array<Flag, 13> setup_flags = {{
    {"dry-run", 0, "", "", "", "", "show the plan and its price and change nothing"},
    {"yes", 0, "", "", "", "", "do not ask"},
    {"node-type", 0, "TYPE", "", "cluster.node_type", "", "kind of node, else rg.large"},
    {"nodes", 0, "COUNT", "", "cluster.nodes", "", "number of nodes, else one"},
    {"serverless", 0, "", "", "", "", "a workgroup that costs by use, instead of nodes"},
    {"capacity", 0, "RPUS", "", "", "4", "with --serverless: processing units"},
    {"ttl", 0, "TIME", "", "", "", "tag it to be removed after 90m, 4h or 2d, and warn then"},
    {"public", 0, "", "", "", "", "let one address of the internet connect: this machine's"},
    {"address", 0, "ADDRESS", "", "", "", "with --public: that address instead"},
    {"private-clients", 0, "RANGE", "", "", "", "let a range of the network connect: 10.0.0.0/16"},
    {"vpc", 0, "ID", "", "", "", "network to stand in, else the default one"},
    {"subnets", 0, "IDS", "", "", "", "its subnets to stand in, with commas between"},
    {"read", 0, "PATHS", "", "", "", "more s3:// prefixes it may read, with commas between"},
}};

constexpr std::array<Flag, 3> clean_flags = {{
    {"dry-run", 0, "", "", "", "", "show what would go and remove nothing"},
    {"yes", 0, "", "", "", "", "do not ask"},
    {"final-snapshot", 0, "", "", "", "", "keep a snapshot of the cluster's data"},
}};

constexpr std::array<Flag, 4> plan_flags = {{
    {"events-per-day", 0, "COUNT", "", "", "", "events logged a day: 200000, 5m or 1e9"},
    {"retention", 0, "DAYS", "", "", "365", "days of events that the star holds"},
    {"layout", 0, "LAYOUT", "", "warehouse.layout", "", "placement of tables on Redshift"},
    format_flag,
}};

constexpr Flag result_format_flag = {"format",
                                     0,
                                     "FORMAT",
                                     "table csv json markdown parquet xlsx",
                                     "",
                                     "table",
                                     "how to write results"};

constexpr std::array<Flag, 3> sql_flags = {{
    {"file", 'f', "FILE", "", "", "", "read statements from this file; - is standard input"},
    result_format_flag,
    {"out", 'o', "FILE", "", "", "",
     "write results there, also s3://; its ending tells the format"},
}};

constexpr std::array<Flag, 7> analytics_flags = {{
    {"from", 0, "DATE", "", "", "", "first day that counts, UTC"},
    {"to", 0, "DATE", "", "", "", "last day that counts, UTC"},
    {"level", 0, "LEVEL", "all free paid", "", "all", "level at the time of the play or event"},
    {"top", 0, "COUNT", "", "", "20", "rows of a ranking"},
    result_format_flag,
    {"all", 0, "", "", "", "", "all reports, each into a file below --out, csv unless --format"},
    {"out", 'o', "PATH", "", "", "",
     "write the report to this file, with --all below this folder; also s3://"},
}};

constexpr std::array<Flag, 2> config_flags = {{
    {"origin", 0, "", "", "", "", "show where each value comes from"},
    format_flag,
}};

constexpr std::array<Flag, 20> simulate_flags = {{
    {"out", 'o', "FOLDER", "", "", "",
     "where the data set goes, also s3://; -: events to standard output"},
    {"users", 0, "COUNT", "", "", "1000", "users at the start"},
    {"from", 0, "DATE", "", "", "2018-11-01", "first day, or moment, in UTC"},
    {"days", 0, "COUNT", "", "", "30", "days to simulate"},
    {"events", 0, "COUNT", "", "", "", "stop after this many events, instead of --days"},
    {"seed", 0, "NUMBER", "", "", "1", "same seed and settings, same bytes"},
    {"config", 0, "FILE", "", "", "", "the site's state machine, as eventsim reads it"},
    {"song-data", 0, "PATH", "", "", "", "draw from these songs instead of inventing some"},
    {"songs", 0, "COUNT", "", "", "1000", "songs to invent"},
    {"unknown-share", 0, "SHARE", "", "", "0.3", "share of plays of songs the catalogue lacks"},
    {"dirty", 0, "RATES", "", "", "0", "spoil this share of records; also malformed=0.01,late=0.1"},
    {"growth-rate", 0, "RATE", "", "", "0", "new users in a year, as a share of all"},
    {"attrition-rate", 0, "RATE", "", "", "0", "users who leave in a year, as a share of all"},
    {"first-user-id", 0, "NUMBER", "", "", "1", "user id of the first user"},
    {"tag", 0, "TEXT", "", "", "", "a key \"tag\" for every event, such as an A/B group"},
    {"compress", 0, "FORMAT", "none gzip zstd", "", "none", "compress the event files"},
    {"follow", 0, "", "", "", "", "write events when their time comes, from now on or from --from"},
    {"speed", 0, "FACTOR", "", "", "1", "with --follow: simulated seconds in a second"},
    {"threads", 0, "COUNT", "", "", "0", "threads to work with; 0: as many as the machine has"},
    {"quiet", 'q', "", "", "", "", "say nothing but results, warnings and errors"},
}};

constexpr std::array<Flag, 2> help_flags = {{
    {"markdown", 0, "", "", "", "", "print the whole reference as Markdown"},
    {"man", 0, "", "", "", "", "print the manual page as roff"},
}};

constexpr std::array<Flag, 10> serve_flags = {{
    {"listen", 0, "HOST:PORT", "", "", "127.0.0.1:5439", "where clients connect"},
    {"web-listen", 0, "HOST:PORT", "", "", "", "where browsers find the web app"},
    {"web-host", 0, "NAME,...", "", "", "", "what else browsers elsewhere call this server"},
    {"web-writable", 0, "", "", "", "", "let the web app's SQL editor change the warehouse"},
    {"tls-cert", 0, "FILE", "", "", "", "certificate to show, PEM, with its chain"},
    {"tls-key", 0, "FILE", "", "", "", "the certificate's key, PEM"},
    {"no-tls", 0, "", "", "", "", "offer no TLS"},
    {"max-clients", 0, "COUNT", "", "", "500", "clients at a time"},
    {"statement-timeout", 0, "SECONDS", "", "", "0", "end statements that run longer; 0: no limit"},
    {"log-statements", 0, "", "", "", "", "a line on standard error for each statement"},
}};

constexpr std::array<Flag, 6> dashboard_flags = {{
    {"web-listen", 0, "HOST:PORT", "", "", "",
     "where browsers on this machine find it, else 127.0.0.1:8080 or a free port"},
    {"no-open", 0, "", "", "", "", "print the address and open no browser"},
    {"export", 0, "FILE", "", "", "", "write all pages as one HTML file instead; also s3://"},
    {"from", 0, "DATE", "", "", "", "with --export: first day that counts, UTC"},
    {"to", 0, "DATE", "", "", "", "with --export: last day that counts, UTC"},
    {"level", 0, "LEVEL", "all free paid", "", "all", "with --export: level at the time of it"},
}};

constexpr std::array<Flag, 1> serve_user_flags = {{
    {"password-file", 0, "FILE", "", "", "", "its first line is the password; - is standard input"},
}};

constexpr std::array<Command, 21> table = {{
    {"simulate",
     "make logs and songs like those of a real service, and the answer key",
     "Users come and go, listen, upgrade and cancel as the site's state machine says, which "
     "--config\n"
     "takes in eventsim's format. The data set is log_data, song_data, log_json_path.json and\n"
     "truth.json, which `sparkify check --truth` compares a warehouse with. What --dirty spoils "
     "is\n"
     "counted there: malformed, wrong-type, repeated, redelivered, late, double-encoded, "
     "late-songs,\n"
     "repeated-songs and several-names; what is late lies below late/.",
     Reach::nothing,
     simulate_flags,
     {},
     "sparkify simulate --out data --users 1000 --days 30",
     simulate,
     true},
    {"create-tables",
     "create empty tables, dropping those that exist",
     "Tables that hold rows are dropped only with --yes. `etl` creates what is missing by itself.",
     Reach::warehouse,
     create_tables_flags,
     {},
     "sparkify create-tables --print redshift",
     create_tables},
    {"etl",
     "load logs and songs into the warehouse",
     "Loads files that are new or changed, in one transaction, and says what it did. Without\n"
     "--log-data and --song-data the paths come from [S3] of dwh.cfg; with one of them, only what\n"
     "the flags name is loaded. Files are .json, .jsonl or .ndjson, plain, .gz or .zst. --follow\n"
     "loads on as files come, also while a server has the warehouse; docs/follow.md tells when a\n"
     "file counts as whole.",
     Reach::warehouse,
     etl_flags,
     {},
     "sparkify etl --log-data data/log_data --song-data data/song_data",
     etl,
     true},
    {"check",
     "test that the warehouse keeps its rules",
     "Prints the rows that break a rule and ends with exit code 3 when there are any. With "
     "--truth\n"
     "counts are compared with those of an answer key, such as truth.json of `simulate`, and the\n"
     "lines that differ are printed.",
     Reach::warehouse,
     check_flags,
     {},
     "sparkify check",
     check},
    {"status",
     "show what the warehouse holds and its last loads",
     "",
     Reach::warehouse,
     format_flags,
     {},
     "sparkify status",
     status},
    {"sql",
     "run SQL statements",
     "Statements are in the Redshift dialect and come from the argument, from a file (-f) or from\n"
     "standard input; several run in order, each with a result of its own. The warehouse is "
     "opened\n"
     "for reading when all of them only read. A result is never cut. Parquet and xlsx are files:\n"
     "they need --out or a redirection and hold one result.",
     Reach::warehouse,
     sql_flags,
     {"STATEMENT", "", 0, 1, "statements, separated by semicolons"},
     "sparkify sql \"select level, count(*) from songplays group by level\"",
     sql,
     true},
    {"analytics",
     "print a report: active users, churn, conversion and so on",
     "Without a name the reports are listed. Each is one file of sql/report in the repository, "
     "with\n"
     "its definition, unit, columns and caveats; on a terminal a bar shows its main figure. "
     "Parquet\n"
     "and xlsx need --out or a redirection.",
     Reach::warehouse,
     analytics_flags,
     {"REPORT", "", 0, 1, "the name of a report"},
     "sparkify analytics active_users --from 2018-11-01 --to 2018-11-30",
     analytics,
     true},
    {"dashboard",
     "look at the warehouse in a browser",
     "Serves the web app until Ctrl-C, prints its address and opens it; when a server has the "
     "file\n"
     "already, that one's. The address is a way in for whoever knows it, on this machine. Needs "
     "no\n"
     "network. docs/web.md has more.",
     Reach::warehouse,
     dashboard_flags,
     {},
     "sparkify dashboard --warehouse sparkify.duckdb",
     dashboard},
    {"serve",
     "let clients of Redshift and PostgreSQL work with the warehouse",
     "Clients on this machine need no password until there are users: those of `serve user`, and\n"
     "DB_USER with DB_PASSWORD of [CLUSTER] in dwh.cfg. Whoever asks for TLS gets it, by default "
     "with\n"
     "a self-made certificate, WAREHOUSE.crt. An address that others can reach demands users of\n"
     "`serve user` and TLS. docs/serve.md has more.",
     Reach::warehouse,
     serve_flags,
     {},
     "sparkify serve --warehouse sparkify.duckdb",
     serve,
     true},
    {"serve user",
     "say who may log in to `serve`",
     "add NAME adds a user, or gives one another password, which is asked for without echo or is\n"
     "the first line of standard input; list shows the names, remove NAME takes one away. What is\n"
     "kept, in WAREHOUSE.users, proves a password and does not tell it. A server that runs takes "
     "the\n"
     "change at once.",
     Reach::settings,
     serve_user_flags,
     {"ACTION", "", 1, 2, "add NAME, list or remove NAME"},
     "sparkify serve user list",
     serve_user},
    {"layout advise",
     "say what to change about how tables lie on Redshift",
     "Reads svv_table_info: slices that hold uneven shares, rows that are not sorted, statistics "
     "that\n"
     "are old, and joins of the star for which rows travel between nodes. Changes nothing; each "
     "row\n"
     "of the answer ends in the statement that mends it. Exit code 0 either way.",
     Reach::warehouse,
     format_flags,
     {},
     "sparkify layout advise --warehouse redshift://awsuser@host:5439/dev",
     layout_advise},
    {"plan",
     "compute what a warehouse on Amazon Redshift needs and costs",
     "From the number of events a day: bytes of logs and of the parts that COPY loads, times, "
     "storage,\n"
     "nodes and price. It asks nobody; docs/scaling.md tells what each number stands on, and which "
     "of\n"
     "them are assumptions.",
     Reach::settings,
     plan_flags,
     {},
     "sparkify plan --events-per-day 1e9",
     plan},
    {"setup",
     "make a warehouse on Amazon Redshift, or change it",
     "One CloudFormation stack holds all of it: cluster, network access and the role that reads "
     "the\n"
     "S3 paths of dwh.cfg, and nothing else. It is encrypted, demands TLS and is not reachable "
     "from\n"
     "the internet. The plan and its price are shown before anything is made; a second run "
     "changes\n"
     "what differs. Host, port and role are written to dwh.cfg. docs/redshift.md has more.",
     Reach::settings,
     setup_flags,
     {},
     "sparkify setup --dry-run",
     setup,
     false,
     true},
    {"cluster status",
     "show the cluster on Amazon Redshift and what it costs now",
     "",
     Reach::settings,
     format_flags,
     {},
     "sparkify cluster status",
     cluster_status,
     false,
     true},
    {"cluster pause",
     "stop paying for the cluster's nodes",
     "Its storage stays and costs on. Nobody can query it until it is resumed.",
     Reach::settings,
     {},
     {},
     "sparkify cluster pause",
     cluster_pause,
     false,
     true},
    {"cluster resume",
     "let a paused cluster work again",
     "",
     Reach::settings,
     {},
     {},
     "sparkify cluster resume",
     cluster_resume,
     false,
     true},
    {"clean",
     "remove the warehouse on Amazon Redshift and all that belongs to it",
     "Shows what goes, and asks for the cluster's name when data is lost. After the stack is "
     "deleted,\n"
     "whatever still bears its tag or name is listed with its cost and removed. Ends with \"0 "
     "left\",\n"
     "or with exit code 3.",
     Reach::settings,
     clean_flags,
     {},
     "sparkify clean --dry-run",
     clean,
     false,
     true},
    {"config show",
     "show every setting and its value",
     "Secrets are never printed.",
     Reach::settings,
     config_flags,
     {},
     "sparkify config show --origin",
     config_show},
    {"completions",
     "print a completion script for a shell",
     "",
     Reach::nothing,
     {},
     {"SHELL", "bash zsh fish", 1, 1, "the shell"},
     "source <(sparkify completions bash)",
     completions},
    {"help",
     "show help, of the program or of a command",
     "",
     Reach::nothing,
     help_flags,
     {"COMMAND", "", 0, 2, "a command's name"},
     "sparkify help etl",
     help},
    {"version",
     "print the program's version",
     "",
     Reach::nothing,
     {},
     {},
     "sparkify version",
     version},
}};

}  // namespace

std::span<const Command> commands() { return table; }

const Command* find_command(std::string_view name) {
  auto found = std::find_if(table.begin(), table.end(),
                            [&](const Command& command) { return command.name == name; });
  return found == table.end() ? nullptr : &*found;
}

std::span<const Flag> leading_flags() { return common_flags; }

std::vector<Flag> flags_of(const Command& command) {
  std::vector<Flag> flags(command.flags.begin(), command.flags.end());
  auto add = [&](std::span<const Flag> more) {
    flags.insert(flags.end(), more.begin(), more.end());
  };
  if (command.has_store_flags) add(store_flags);
  if (command.has_cloud_flags) add(cloud_flags);
  if (command.reach == Reach::warehouse) add(warehouse_flags);
  if (command.reach != Reach::nothing) add(settings_flags);
  flags.push_back(help_flag);
  return flags;
}

std::string_view choices_of(const Flag& flag) {
  if (flag.setting.empty() || !flag.choices.empty()) return flag.choices;
  return config::setting(flag.setting).choices;
}

std::string_view default_of(const Flag& flag) {
  bool is_switch = flag.value_name.empty();
  if (flag.setting.empty() || is_switch) return flag.default_text;
  return config::setting(flag.setting).default_text;
}

}  // namespace sparkify::cli
