# One static library for each row of src/floors.txt, linked to those it names and no others.
file(STRINGS ${PROJECT_SOURCE_DIR}/src/floors.txt floor_rows REGEX "^[a-z0-9_]+:")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/floors.txt)
# A folder's files as one source compile in a third of the time. What one of them fails to include
# shows only without: scripts/lint reads each alone.
option(SPARKIFY_UNITY "Compile each folder of src as a whole" OFF)
foreach(row IN LISTS floor_rows)
  string(REGEX MATCH "^([a-z0-9_]+):(.*)$" _ "${row}")
  set(folder ${CMAKE_MATCH_1})
  string(REGEX MATCHALL "[a-z0-9_]+" below "${CMAKE_MATCH_2}")
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${folder}/*.cpp)
  add_library(sparkify_${folder} STATIC ${sources})
  target_include_directories(sparkify_${folder} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  set_target_properties(sparkify_${folder} PROPERTIES UNITY_BUILD ${SPARKIFY_UNITY}
                                                      UNITY_BUILD_BATCH_SIZE 0)
  if(SPARKIFY_UNITY)
    # A name of another file is no shadow, and a type of this source is not seen by another one.
    target_compile_options(sparkify_${folder} PRIVATE -Wno-shadow
                           $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  endif()
  foreach(other IN LISTS below)
    target_link_libraries(sparkify_${folder} PUBLIC sparkify_${other})
  endforeach()
endforeach()
