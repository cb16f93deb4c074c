#include "serve/session.hpp"
