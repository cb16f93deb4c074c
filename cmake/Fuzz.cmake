# One program for each tests/fuzz/fuzz_NAME.cpp, over the folders that read what others wrote.
add_custom_target(fuzz_targets)
file(GLOB fuzz_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/fuzz/fuzz_*.cpp)
foreach(source IN LISTS fuzz_sources)
  get_filename_component(name ${source} NAME_WE)
  add_executable(${name} ${source})
  target_link_libraries(${name} PRIVATE sparkify_config sparkify_event sparkify_dialect
                                        sparkify_site sparkify_s3 sparkify_pgwire
                                        sparkify_transfer sparkify_web)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  add_dependencies(fuzz_targets ${name})
endforeach()
