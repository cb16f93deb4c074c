#include <gtest/gtest.h>

#include "etl/schema.hpp"
#include "sql/files.hpp"
#include "warehouse/embedded.hpp"
#include "warehouse/query.hpp"

namespace sparkify::etl {
namespace {

std::unique_ptr<warehouse::Warehouse> in_memory() {
  warehouse::EmbeddedOptions options;
  options.path = "";
  return warehouse::open_embedded(options);
}

TEST(CreateTables, MakesAllTablesAndOneVersionRow) {
  auto warehouse = in_memory();
  EXPECT_FALSE(has_schema(*warehouse));
  create_missing(*warehouse);
  create_missing(*warehouse);
  EXPECT_TRUE(has_schema(*warehouse));
  EXPECT_EQ(number_of(*warehouse, "select count(*) from warehouse_version"), 1);
  EXPECT_EQ(number_of(*warehouse, "select count(*) from user_days"), 0);
}

TEST(CreateTables, RefusesToDropRowsUnlessTold) {
  auto warehouse = in_memory();
  create_missing(*warehouse);
  warehouse->execute(warehouse::statement("insert into artists (artist_id) values ('AR1')"));
  try {
    create_tables(*warehouse, false);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::usage);
  }
  EXPECT_EQ(number_of(*warehouse, "select count(*) from artists"), 1);
  create_tables(*warehouse, true);
  EXPECT_EQ(number_of(*warehouse, "select count(*) from artists"), 0);
}

TEST(Migrate, RunsTheStepsFromTheWarehousesVersionInOneTransaction) {
  auto warehouse = in_memory();
  create_missing(*warehouse);
  warehouse->execute(warehouse::statement("update warehouse_version set schema_version = 7"));
  sql::File old_step{"sql/migrate/6_gone.sql", "drop table artists;"};
  sql::File first{"sql/migrate/7_add_label.sql", "alter table songs add column label varchar(64);"};
  sql::File second{"sql/migrate/8_fill_label.sql", "update songs set label = 'none';"};
  std::vector<const sql::File*> steps{&old_step, &first, &second};
  EXPECT_EQ(migrate(*warehouse, steps), 9);
  EXPECT_EQ(number_of(*warehouse, "select max(schema_version) from warehouse_version"), 9);
  EXPECT_EQ(number_of(*warehouse, "select count(label) from songs"), 0);
  EXPECT_EQ(number_of(*warehouse, "select count(*) from artists"), 0);
}

TEST(Migrate, AFailingStepLeavesEverythingAsItWas) {
  auto warehouse = in_memory();
  create_missing(*warehouse);
  warehouse->execute(warehouse::statement("update warehouse_version set schema_version = 7"));
  sql::File first{"sql/migrate/7_add_label.sql", "alter table songs add column label varchar(64);"};
  sql::File second{"sql/migrate/8_broken.sql", "update songs set lable = 'none';"};
  std::vector<const sql::File*> steps{&first, &second};
  EXPECT_THROW(migrate(*warehouse, steps), base::Error);
  EXPECT_EQ(number_of(*warehouse, "select max(schema_version) from warehouse_version"), 7);
  EXPECT_THROW(number_of(*warehouse, "select count(label) from songs"), base::Error);
}

TEST(Ddl, RedshiftTextCarriesTheLayoutAndDuckDbTextRuns) {
  EXPECT_NE(ddl("redshift", "by-user").find("distkey(user_id) sortkey(artist_id)"),
            std::string::npos);
  EXPECT_EQ(ddl("redshift", "auto").find("distkey("), std::string::npos);
  auto warehouse = in_memory();
  for (auto layout : layouts) {
    for (const auto& each : sql::split(ddl("duckdb", layout), "ddl")) warehouse->execute(each);
  }
  EXPECT_TRUE(has_schema(*warehouse));
}

}  // namespace
}  // namespace sparkify::etl
