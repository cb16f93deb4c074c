#include "pgwire/messages.hpp"
