# cmake --install build/release --prefix X writes a tree that runs wherever it is moved:
# bin/sparkify finds the libraries it brings along in ../lib.
include(GNUInstallDirs)
set_target_properties(sparkify PROPERTIES INSTALL_RPATH "$ORIGIN/../lib")

# The C and C++ run-time belong to the system; all else travels in lib/.
install(TARGETS sparkify
  RUNTIME_DEPENDENCIES
    DIRECTORIES ${DUCKDB_ROOT}/lib ${DUCKDB_ROOT}
    PRE_EXCLUDE_REGEXES "^ld-linux" "^linux-vdso" "^lib(c|m|dl|rt|pthread|stdc\\+\\+|gcc_s)\\.so"
  RUNTIME DESTINATION bin
  LIBRARY DESTINATION lib)

# Completions and manual page are what the program itself prints, so they cannot be stale.
function(sparkify_install_output destination file)
  list(JOIN ARGN "\" \"" words)
  install(CODE "
    execute_process(COMMAND \"$<TARGET_FILE:sparkify>\" \"${words}\"
                    OUTPUT_FILE \"${PROJECT_BINARY_DIR}/${file}\" COMMAND_ERROR_IS_FATAL ANY)")
  install(FILES ${PROJECT_BINARY_DIR}/${file} DESTINATION ${destination})
endfunction()
sparkify_install_output(share/bash-completion/completions completions/sparkify completions bash)
sparkify_install_output(share/zsh/site-functions completions/_sparkify completions zsh)
sparkify_install_output(share/fish/vendor_completions.d completions/sparkify.fish completions fish)
sparkify_install_output(share/man/man1 sparkify.1 help --man)
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/completions)

install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION share/doc/sparkify)
install(FILES ${DUCKDB_ROOT}/LICENSE DESTINATION share/doc/sparkify/licenses RENAME duckdb OPTIONAL)
foreach(package IN ITEMS libboost1.74-dev libbz2-dev libcli11-dev libfmt-dev libisal-dev libsimdjson-dev
                         libxlsxwriter-dev libxxhash-dev libzstd-dev nlohmann-json3-dev)
  install(FILES /usr/share/doc/${package}/copyright DESTINATION share/doc/sparkify/licenses
          RENAME ${package} OPTIONAL)
endforeach()
