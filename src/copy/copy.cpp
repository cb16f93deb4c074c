#include "copy/copy.hpp"
