# Run by Embed.cmake: ROOT, OUT, HEADER, NAMESPACE, TYPE, FUNCTION, FILES (paths below ROOT).
# Bytes travel as \x escapes in arrays: neither CMake's lists nor C++ literals can mistake them for
# syntax, and an array knows no limit of length, as string literals do.
set(arrays "")
set(rows "")
set(number 0)
list(LENGTH FILES count)
foreach(path IN LISTS FILES)
  file(READ "${ROOT}/${path}" hex HEX)
  string(LENGTH "${hex}" digits)
  math(EXPR bytes "${digits} / 2")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," body "${hex}")
  string(APPEND arrays "// ${path}\nconstexpr char file_${number}[] = {${body}'\\0'};\n")
  string(APPEND rows "    {\"${path}\"sv, {file_${number}, ${bytes}}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUT} "#include \"${HEADER}\"

#include <array>

namespace ${NAMESPACE} {
namespace {
using namespace std::string_view_literals;
${arrays}
constexpr std::array<${TYPE}, ${count}> embedded = {{
${rows}}};
}  // namespace

std::span<const ${TYPE}> ${FUNCTION}() { return embedded; }

}  // namespace ${NAMESPACE}
")
