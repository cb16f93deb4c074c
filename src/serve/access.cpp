#include "serve/access.hpp"
