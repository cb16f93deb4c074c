import java.math.BigDecimal;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;
import org.postgresql.util.PSQLException;

/** What pgjdbc does with a server, check by check; serve_pgjdbc_test.py reads the lines it prints. */
public class PgjdbcChecks {
  interface Check {
    void run() throws Exception;
  }

  static String url;

  static Connection connect(String... pairs) throws SQLException {
    Properties words = new Properties();
    words.setProperty("user", "tester");
    words.setProperty("password", "any");
    words.setProperty("sslmode", "disable");
    for (int i = 0; i < pairs.length; i += 2) words.setProperty(pairs[i], pairs[i + 1]);
    return DriverManager.getConnection(url, words);
  }

  static void same(Object found, Object expected) {
    if (!Objects.equals(found, expected)) {
      throw new AssertionError("found " + found + ", expected " + expected);
    }
  }

  static List<List<Object>> rows(ResultSet found, String... columns) throws SQLException {
    List<List<Object>> all = new ArrayList<>();
    while (found.next()) {
      List<Object> row = new ArrayList<>();
      for (String column : columns) row.add(found.getObject(column));
      all.add(row);
    }
    return all;
  }

  static List<Object> row(Object... values) {
    List<Object> all = new ArrayList<>();
    for (Object value : values) all.add(value);
    return all;
  }

  static String stateOf(Check check) throws Exception {
    try {
      check.run();
    } catch (SQLException error) {
      return error.getSQLState();
    }
    throw new AssertionError("no error");
  }

  static void run(Connection link, String... statements) throws SQLException {
    try (Statement statement = link.createStatement()) {
      for (String each : statements) statement.execute(each);
    }
  }

  static Object value(Connection link, String query) throws SQLException {
    try (Statement statement = link.createStatement();
        ResultSet found = statement.executeQuery(query)) {
      found.next();
      return found.getObject(1);
    }
  }

  static void connects() throws Exception {
    for (String mode : new String[] {"disable", "prefer", "require"}) {
      try (Connection link = connect("sslmode", mode)) {
        same(value(link, "select 1"), 1);
        same(link.getMetaData().getDatabaseProductName(), "PostgreSQL");
        same(link.getMetaData().getDatabaseProductVersion(), "8.0.2");
        same(link.isValid(10), true);
        same(link.getCatalog(), "dev");
        same(link.getSchema(), "public");
      }
    }
  }

  static void listsTables() throws Exception {
    try (Connection link = connect()) {
      run(
          link,
          "create schema listed",
          "create table listed.users (id integer primary key, level varchar(4) not null)",
          "create table listed.plays (id bigint identity(0, 1) primary key,"
              + " user_id integer references listed.users (id) distkey,"
              + " price numeric(10, 2) default 1.5, played timestamp sortkey)",
          "create view listed.listeners as select id from listed.users");
      DatabaseMetaData data = link.getMetaData();
      same(
          rows(data.getTables(null, "listed", "%", null), "TABLE_NAME", "TABLE_TYPE"),
          List.of(
              row("plays_pkey", "INDEX"),
              row("users_pkey", "INDEX"),
              row("plays", "TABLE"),
              row("users", "TABLE"),
              row("listeners", "VIEW")));
      same(
          rows(data.getTables("dev", "listed", "us%", new String[] {"TABLE"}), "TABLE_NAME"),
          List.of(row("users")));
      List<List<Object>> schemas = rows(data.getSchemas(), "TABLE_SCHEM");
      same(schemas.contains(row("listed")) && schemas.contains(row("public")), true);
      same(rows(data.getCatalogs(), "TABLE_CAT").contains(row("dev")), true);
      same(rows(data.getTableTypes(), "TABLE_TYPE").contains(row("TABLE")), true);
      ResultSet columns = data.getColumns(null, "listed", "plays", "%");
      same(
          rows(columns, "COLUMN_NAME", "DATA_TYPE", "TYPE_NAME", "COLUMN_SIZE", "IS_NULLABLE"),
          List.of(
              row("id", Types.BIGINT, "int8", 19, "NO"),
              row("user_id", Types.INTEGER, "int4", 10, "YES"),
              row("price", Types.NUMERIC, "numeric", 10, "YES"),
              row("played", Types.TIMESTAMP, "timestamp", 29, "YES")));
      columns = data.getColumns(null, "listed", "plays", "price");
      same(rows(columns, "DECIMAL_DIGITS", "COLUMN_DEF").get(0).get(0), 2);
      columns = data.getColumns(null, "listed", "users", "level");
      same(rows(columns, "COLUMN_SIZE"), List.of(row(4)));
      same(
          rows(data.getPrimaryKeys(null, "listed", "plays"), "COLUMN_NAME", "KEY_SEQ"),
          List.of(row("id", 1)));
      same(
          rows(
              data.getImportedKeys(null, "listed", "plays"),
              "PKTABLE_NAME",
              "PKCOLUMN_NAME",
              "FKCOLUMN_NAME"),
          List.of(row("users", "id", "user_id")));
      same(
          rows(data.getExportedKeys(null, "listed", "users"), "FKTABLE_NAME"),
          List.of(row("plays")));
      // No error, whatever they hold.
      rows(data.getIndexInfo(null, "listed", "plays", false, true));
      rows(data.getTypeInfo());
      rows(data.getProcedures(null, "listed", "%"));
      rows(data.getFunctions(null, "listed", "%"));
      rows(data.getTablePrivileges(null, "listed", "%"));
      rows(data.getColumnPrivileges(null, "listed", "plays", "%"));
      rows(data.getBestRowIdentifier(null, "listed", "plays", 0, true));
      rows(data.getVersionColumns(null, "listed", "plays"));
      rows(data.getUDTs(null, "listed", "%", null));
      rows(data.getClientInfoProperties());
      same(data.getMaxColumnNameLength() > 0, true);
      same(data.getSQLKeywords().isEmpty(), false);
    }
  }

  static void describesResults() throws Exception {
    try (Connection link = connect()) {
      run(link, "create temp table d (id bigint not null, word varchar(7), price numeric(8, 3))");
      try (PreparedStatement statement = link.prepareStatement("select * from d where id = ?")) {
        ResultSetMetaData data = statement.getMetaData();
        same(data.getColumnCount(), 3);
        same(data.getColumnTypeName(1), "int8");
        same(row(data.getPrecision(3), data.getScale(3)), row(8, 3));
        same(statement.getParameterMetaData().getParameterType(1), Types.BIGINT);
      }
    }
  }

  /** More than five times the same statement: it gets a name, and its values come in binary. */
  static void preparesOnTheServer() throws Exception {
    Timestamp moment = Timestamp.valueOf("2018-11-01 21:01:46.796");
    try (Connection link = connect()) {
      run(
          link,
          "create temp table kinds (i integer, b bigint, s smallint, r real, d float8,"
              + " n numeric(12, 4), w varchar(50), t boolean, day date, at timestamp,"
              + " zoned timestamptz)");
      String places = "insert into kinds values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
      try (PreparedStatement insert = link.prepareStatement(places)) {
        for (int i = 0; i < 12; i++) {
          insert.setInt(1, i);
          insert.setLong(2, 1L << 40);
          insert.setShort(3, (short) -i);
          insert.setFloat(4, 0.5f);
          insert.setDouble(5, 1e100);
          insert.setBigDecimal(6, new BigDecimal("-12345678.1234"));
          insert.setString(7, "caf\u00e9 'x' \\" + i);
          insert.setBoolean(8, i % 2 == 0);
          insert.setDate(9, java.sql.Date.valueOf("2018-11-01"));
          insert.setTimestamp(10, moment);
          insert.setObject(11, java.time.OffsetDateTime.parse("2018-11-01T21:01:46+02:00"));
          same(insert.executeUpdate(), 1);
        }
        same(insert.unwrap(PGStatement.class).isUseServerPrepare(), true);
      }
      String query = "select * from kinds where i = ? and w = ?";
      try (PreparedStatement select = link.prepareStatement(query)) {
        for (int i = 0; i < 12; i++) {
          select.setInt(1, i);
          select.setString(2, "caf\u00e9 'x' \\" + i);
          try (ResultSet found = select.executeQuery()) {
            same(found.next(), true);
            same(found.getInt(1), i);
            same(found.getLong(2), 1L << 40);
            same(found.getShort(3), (short) -i);
            same(found.getFloat(4), 0.5f);
            same(found.getDouble(5), 1e100);
            same(found.getBigDecimal(6), new BigDecimal("-12345678.1234"));
            same(found.getString(7), "caf\u00e9 'x' \\" + i);
            same(found.getBoolean(8), i % 2 == 0);
            same(found.getDate(9), java.sql.Date.valueOf("2018-11-01"));
            same(found.getTimestamp(10), moment);
            same(
                found.getObject(11, java.time.OffsetDateTime.class).toInstant(),
                java.time.Instant.parse("2018-11-01T19:01:46Z"));
            same(found.next(), false);
          }
        }
        same(select.unwrap(PGStatement.class).isUseServerPrepare(), true);
      }
    }
  }

  /** The other ways of sending a statement; the last sends several kinds of them as one text. */
  static void queriesInEveryMode() throws Exception {
    String[] modes = {"simple", "extended", "extendedForPrepared", "extendedCacheEverything"};
    for (String mode : modes) {
      try (Connection link = connect("preferQueryMode", mode, "prepareThreshold", "1")) {
        try (PreparedStatement statement = link.prepareStatement("select ?::int + 1, ?::text")) {
          for (int i = 0; i < 4; i++) {
            statement.setInt(1, i);
            statement.setString(2, "it's");
            ResultSet found = statement.executeQuery();
            found.next();
            same(row(found.getInt(1), found.getString(2)), row(i + 1, "it's"));
          }
        }
        try (Statement statement = link.createStatement()) {
          same(statement.execute("select 1; select 2"), true);
          same(statement.getMoreResults(), true);
          ResultSet found = statement.getResultSet();
          found.next();
          same(found.getInt(1), 2);
        }
      }
    }
  }

  static void fetchesInParts() throws Exception {
    try (Connection link = connect()) {
      link.setAutoCommit(false);
      try (Statement statement = link.createStatement()) {
        statement.setFetchSize(100);
        ResultSet found = statement.executeQuery("select n from generate_series(1, 2500) as t(n)");
        long sum = 0;
        while (found.next()) {
          sum += found.getLong(1);
          // Another statement between two parts.
          if (found.getLong(1) == 150) same(value(link, "select 7"), 7);
        }
        same(sum, 2500L * 2501 / 2);
      }
      link.commit();
    }
  }

  static void insertsBatches() throws Exception {
    for (String rewrites : new String[] {"false", "true"}) {
      try (Connection link = connect("reWriteBatchedInserts", rewrites)) {
        run(link, "create temp table batch (id integer not null, word varchar(20))");
        link.setAutoCommit(false);
        String text = "insert into batch (id, word) values (?, ?)";
        try (PreparedStatement insert = link.prepareStatement(text)) {
          for (int i = 0; i < 1000; i++) {
            insert.setInt(1, i);
            insert.setString(2, i % 10 == 0 ? null : "word " + i);
            insert.addBatch();
          }
          same(insert.executeBatch().length, 1000);
        }
        link.commit();
        same(value(link, "select sum(id) from batch where word is not null"), 450000L);
        try (Statement several = link.createStatement()) {
          several.addBatch("insert into batch values (1, 'a')");
          several.addBatch("insert into batch values (null, 'b')");
          several.addBatch("insert into batch values (3, 'c')");
          several.executeBatch();
          throw new AssertionError("no error");
        } catch (BatchUpdateException error) {
          same(error.getSQLState(), "23502");
        }
        link.rollback();
        same(value(link, "select count(*) from batch"), 1000L);
      }
    }
  }

  static void rollsBack() throws Exception {
    try (Connection link = connect()) {
      link.setAutoCommit(false);
      run(link, "create table undone (i integer)", "insert into undone values (1)");
      link.rollback();
      same(stateOf(() -> run(link, "select * from undone")), "42P01");
      same(stateOf(() -> run(link, "select 1")), "25P02");
      link.rollback();
      run(link, "create table done (i integer)");
      link.commit();
      link.setAutoCommit(true);
      same(value(link, "select count(*) from done"), 0L);
      link.setReadOnly(true);
      link.setReadOnly(false);
      for (int level : new int[] {8, 4, 2}) link.setTransactionIsolation(level);
      run(link, "drop table done");
    }
  }

  static void tellsErrors() throws Exception {
    try (Connection link = connect()) {
      String[][] cases = {
        {"selec 1", "42601"},
        {"select nope from (select 1 as a)", "42703"},
        {"select sum(nope), trunc(nope), nope::date from (select 1 as a)", "42703"},
        {"select * from nope", "42P01"},
        {"select 'x'::integer", "22P02"},
        {"create table pg_temp_x (i integer); create table pg_temp_x (i integer)", "42P07"},
      };
      for (String[] each : cases) same(stateOf(() -> run(link, each[0])), each[1]);
      try {
        run(link, "select 1,\n nope");
      } catch (PSQLException error) {
        same(error.getServerErrorMessage().getPosition(), 12);
      }
      try (PreparedStatement statement = link.prepareStatement("select ?::int")) {
        statement.setObject(1, "x", Types.OTHER);
        same(stateOf(statement::executeQuery), "22P02");
      }
    }
  }

  static void passesArrays() throws Exception {
    try (Connection link = connect()) {
      String[] words = {"it's", "a \"b\"", "c\\d", null, "", "null"};
      String query = "select * from generate_series(1, 9) as t(n) where n = any(?) order by 1";
      try (PreparedStatement statement = link.prepareStatement(query)) {
        for (int i = 0; i < 8; i++) {
          statement.setArray(1, link.createArrayOf("int4", new Integer[] {2, 3, 99}));
          same(rows(statement.executeQuery(), "n"), List.of(row(2L), row(3L)));
        }
      }
      try (PreparedStatement statement = link.prepareStatement("select ?::text[]")) {
        for (int i = 0; i < 8; i++) {
          statement.setArray(1, link.createArrayOf("text", words));
          ResultSet found = statement.executeQuery();
          found.next();
          same(row((Object[]) found.getArray(1).getArray()), row((Object[]) words));
        }
      }
    }
  }

  static void cancels() throws Exception {
    try (Connection link = connect();
        Statement statement = link.createStatement()) {
      String endless = "select count(*) from generate_series(1, 1000000) a,"
          + " generate_series(1, 1000000) b";
      statement.setQueryTimeout(1);
      same(stateOf(() -> statement.executeQuery(endless)), "57014");
      same(value(link, "select 1"), 1);
    }
  }

  static void copies() throws Exception {
    try (Connection link = connect()) {
      run(link, "create temp table c (id integer, word varchar(20))");
      var copy = link.unwrap(PGConnection.class).getCopyAPI();
      var rows = new java.io.StringReader("1,one\n2,\n");
      same(copy.copyIn("copy c from stdin csv", rows), 2L);
      var out = new java.io.StringWriter();
      same(copy.copyOut("copy (select * from c order by id) to stdout csv", out), 2L);
      same(out.toString(), "1,one\n2,\n");
    }
  }

  public static void main(String[] words) throws Exception {
    url = "jdbc:postgresql://127.0.0.1:" + words[0] + "/dev";
    for (var method : PgjdbcChecks.class.getDeclaredMethods()) {
      if (method.getParameterCount() != 0 || method.isSynthetic()) continue;
      String outcome = "ok";
      try {
        method.invoke(null);
      } catch (java.lang.reflect.InvocationTargetException error) {
        outcome = error.getCause().toString().replace("\n", " ");
        for (StackTraceElement frame : error.getCause().getStackTrace()) {
          if (!frame.getFileName().startsWith("PgjdbcChecks")) continue;
          if (!frame.getMethodName().equals("same")) outcome += ", line " + frame.getLineNumber();
        }
      }
      System.out.println(method.getName() + "\t" + outcome);
    }
  }
}
