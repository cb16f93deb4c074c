# The web app: scripts/web builds web/ with npm and Vite, once for each state of its sources, and
# the program carries what comes out of it.
file(GLOB_RECURSE web_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/web/src/*
     ${PROJECT_SOURCE_DIR}/web/public/* ${PROJECT_SOURCE_DIR}/web/*.html ${PROJECT_SOURCE_DIR}/web/*.config.ts)
set(web_files app.css.gz app.js.gz draw.js.gz editor.js.gz icon.svg.gz index.html.gz
    licenses.txt.gz login.css.gz shared.js.gz star.js.gz)
set(report_files report.html.gz questions.txt.gz)
list(TRANSFORM web_files PREPEND ${CMAKE_CURRENT_BINARY_DIR}/web/ OUTPUT_VARIABLE web_outputs)
list(TRANSFORM report_files PREPEND ${CMAKE_CURRENT_BINARY_DIR}/web/report/ OUTPUT_VARIABLE report_outputs)
add_custom_command(
  OUTPUT ${web_outputs} ${report_outputs}
  COMMAND ${PROJECT_SOURCE_DIR}/scripts/web build ${CMAKE_CURRENT_BINARY_DIR}/web
  DEPENDS ${web_sources} ${PROJECT_SOURCE_DIR}/web/package-lock.json ${PROJECT_SOURCE_DIR}/scripts/web
  COMMENT "Building the web app"
  VERBATIM)
# sparkify_embed_web(FOLDER HEADER FUNCTION FILES): web::FUNCTION(), over what was built into FOLDER.
function(sparkify_embed_web folder header function)
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/embedded_sparkify_${function}.cpp)
  list(TRANSFORM ARGN PREPEND ${folder}/ OUTPUT_VARIABLE paths)
  add_custom_command(
    OUTPUT ${generated}
    COMMAND ${CMAKE_COMMAND} -DROOT=${folder} -DOUT=${generated} -DHEADER=${header}
            -DNAMESPACE=sparkify::web -DTYPE=File -DFUNCTION=${function} "-DFILES=${ARGN}"
            -P ${PROJECT_SOURCE_DIR}/cmake/embed_script.cmake
    DEPENDS ${paths} ${PROJECT_SOURCE_DIR}/cmake/embed_script.cmake
    VERBATIM)
  target_sources(sparkify_web PRIVATE ${generated})
  set_source_files_properties(${generated} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

sparkify_embed_web(${CMAKE_CURRENT_BINARY_DIR}/web web/files.hpp files ${web_files})
sparkify_embed_web(${CMAKE_CURRENT_BINARY_DIR}/web/report web/files.hpp report_files ${report_files})
