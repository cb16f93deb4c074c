# Turns files into C++ sources, so that the binary needs no files beside it.

# sparkify_embed(TARGET PATTERN HEADER NAMESPACE TYPE FUNCTION): defines NAMESPACE::FUNCTION(), which
# HEADER declares, over every file that matches PATTERN; a TYPE begins with path and text.
function(sparkify_embed target pattern header namespace type function)
  file(GLOB_RECURSE names CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
       ${PROJECT_SOURCE_DIR}/${pattern})
  list(SORT names)
  list(TRANSFORM names PREPEND ${PROJECT_SOURCE_DIR}/ OUTPUT_VARIABLE paths)
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/embedded_${target}.cpp)
  add_custom_command(
    OUTPUT ${generated}
    COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR} -DOUT=${generated} -DHEADER=${header}
            -DNAMESPACE=${namespace} -DTYPE=${type} -DFUNCTION=${function} "-DFILES=${names}"
            -P ${PROJECT_SOURCE_DIR}/cmake/embed_script.cmake
    DEPENDS ${paths} ${PROJECT_SOURCE_DIR}/cmake/embed_script.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${generated})
  set_source_files_properties(${generated} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()
