#include "s3/store.hpp"
