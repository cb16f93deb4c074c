# Turns every file of sql/ into one C++ source, so that the binary needs no files beside it.
function(sparkify_embed_sql target)
  file(GLOB_RECURSE sql_files CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
       ${PROJECT_SOURCE_DIR}/sql/*.sql)
  list(SORT sql_files)
  list(TRANSFORM sql_files PREPEND ${PROJECT_SOURCE_DIR}/ OUTPUT_VARIABLE sql_paths)
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/embedded_sql.cpp)
  add_custom_command(
    OUTPUT ${generated}
    COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR} -DOUT=${generated}
            "-DFILES=${sql_files}" -P ${PROJECT_SOURCE_DIR}/cmake/embed_sql_script.cmake
    DEPENDS ${sql_paths} ${PROJECT_SOURCE_DIR}/cmake/embed_sql_script.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${generated})
endfunction()
