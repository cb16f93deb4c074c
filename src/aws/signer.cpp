#include "aws/signer.hpp"
