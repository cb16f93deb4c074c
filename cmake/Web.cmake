# The web app: scripts/web builds web/ with npm and Vite, once for each state of its sources, and
# the program carries what comes out of it.
file(GLOB_RECURSE web_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/web/src/*
     ${PROJECT_SOURCE_DIR}/web/public/* ${PROJECT_SOURCE_DIR}/web/*.html ${PROJECT_SOURCE_DIR}/web/*.config.ts)
set(web_files app.css.gz app.js.gz icon.svg.gz index.html.gz licenses.txt.gz)
list(TRANSFORM web_files PREPEND ${CMAKE_CURRENT_BINARY_DIR}/web/ OUTPUT_VARIABLE web_outputs)
add_custom_command(
  OUTPUT ${web_outputs}
  COMMAND ${PROJECT_SOURCE_DIR}/scripts/web build ${CMAKE_CURRENT_BINARY_DIR}/web
  DEPENDS ${web_sources} ${PROJECT_SOURCE_DIR}/web/package-lock.json ${PROJECT_SOURCE_DIR}/scripts/web
  COMMENT "Building the web app"
  VERBATIM)
set(web_embedded ${CMAKE_CURRENT_BINARY_DIR}/embedded_sparkify_web.cpp)
add_custom_command(
  OUTPUT ${web_embedded}
  COMMAND ${CMAKE_COMMAND} -DROOT=${CMAKE_CURRENT_BINARY_DIR}/web -DOUT=${web_embedded}
          -DHEADER=web/files.hpp -DNAMESPACE=sparkify::web -DTYPE=File -DFUNCTION=files
          "-DFILES=${web_files}" -P ${PROJECT_SOURCE_DIR}/cmake/embed_script.cmake
  DEPENDS ${web_outputs} ${PROJECT_SOURCE_DIR}/cmake/embed_script.cmake
  VERBATIM)
target_sources(sparkify_web PRIVATE ${web_embedded})
set_source_files_properties(${web_embedded} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
