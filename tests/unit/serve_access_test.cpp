#include "serve/access.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "serve/login.hpp"
#include "serve/users.hpp"

namespace sparkify::serve {
namespace {

using base::Error;
using base::ErrorKind;

/// A folder that is gone afterwards.
class ServeAccess : public ::testing::Test {
 protected:
  ServeAccess() { std::filesystem::create_directory(folder); }
  ~ServeAccess() override { std::filesystem::remove_all(folder); }

  AccessOptions options() const {
    AccessOptions options;
    options.users_file = folder + "/w.users";
    options.own_certificate_file = folder + "/w.crt";
    options.own_key_file = folder + "/w.key";
    return options;
  }

  void add_user(const std::string& name) const {
    Users users = Users::read(options().users_file);
    users.set(name, "a password");
    users.write(options().users_file);
  }

  mode_t mode_of(const std::string& name) const {
    struct stat found {};
    EXPECT_EQ(::stat((folder + "/" + name).c_str(), &found), 0) << name;
    return found.st_mode & 07777;
  }

  std::string folder = ::testing::TempDir() + "serve_access_test_" + std::to_string(::getpid());
  net::Address here{"127.0.0.1", 5439}, elsewhere{"0.0.0.0", 5439};
};

std::string hint_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::config);
    return error.message() + " / " + error.hint_text();
  }
  return {};
}

TEST_F(ServeAccess, WithoutUsersThisMachineNeedsNoPassword) {
  Access access(options(), here, true);
  EXPECT_FALSE(access.verifier("anybody"));
  EXPECT_FALSE(access.demands_tls());
}

TEST_F(ServeAccess, OnceThereWasAUserEverybodyNeedsAPassword) {
  Access access(options(), here, true);
  add_user("alice");
  EXPECT_TRUE(access.verifier("alice"));
  EXPECT_TRUE(access.verifier("bob"));
  std::filesystem::remove(options().users_file);
  EXPECT_TRUE(access.verifier("alice"));
}

TEST_F(ServeAccess, AnUnknownUserLooksLikeAKnownOne) {
  add_user("alice");
  Access access(options(), here, true);
  auto known = access.verifier("alice"), unknown = access.verifier("bob");
  EXPECT_EQ(known->iterations, unknown->iterations);
  EXPECT_EQ(known->salt.size(), unknown->salt.size());
  EXPECT_EQ(access.verifier("bob")->salt, unknown->salt);
  EXPECT_EQ(Access(options(), here, true).verifier("bob")->salt, unknown->salt);
}

TEST_F(ServeAccess, TheUserOfTheConfigurationIsForThisMachineOnly) {
  AccessOptions with_user = options();
  with_user.local_user.emplace("dwhuser", "Passw0rd");
  Access access(with_user, here, true);
  EXPECT_EQ(access.verifier("dwhuser")->stored_key, access.verifier("dwhuser")->stored_key);
  EXPECT_NE(access.verifier("eve")->stored_key, access.verifier("eve")->stored_key);
  EXPECT_NE(hint_of([&] { Access(with_user, elsewhere, false); }).find("user"), std::string::npos);
}

TEST_F(ServeAccess, OthersAreServedWithTlsAndUsersOnly) {
  AccessOptions without_tls = options();
  without_tls.has_tls = false;
  std::string both = hint_of([&] { Access(without_tls, elsewhere, false); });
  EXPECT_NE(both.find("a user with a password and TLS"), std::string::npos) << both;
  std::string user = hint_of([&] { Access(options(), elsewhere, false); });
  EXPECT_NE(user.find("serve user add"), std::string::npos) << user;
  EXPECT_EQ(user.find("TLS"), std::string::npos) << user;
  add_user("alice");
  EXPECT_NE(hint_of([&] { Access(without_tls, elsewhere, false); }).find("--no-tls"),
            std::string::npos);
  EXPECT_TRUE(Access(options(), elsewhere, false).demands_tls());
}

TEST_F(ServeAccess, TheSelfMadeCertificateStaysAndItsKeyIsPrivate) {
  std::string digest = Access(options(), here, true).tls()->end_point();
  EXPECT_EQ(digest.size(), 32U);
  EXPECT_EQ(mode_of("w.key"), 0600U);
  EXPECT_EQ(mode_of("w.crt"), 0644U);
  EXPECT_EQ(Access(options(), here, true).tls()->end_point(), digest);
}

TEST_F(ServeAccess, FilesThatAreNoCertificateAreRefused) {
  Access(options(), here, true);
  net::make_certificate(folder + "/other.crt", folder + "/other.key", {});
  std::ofstream(folder + "/empty") << "";
  auto kind_of = [&](const std::string& certificate, const std::string& key) {
    try {
      net::TlsServer(folder + certificate, folder + key);
    } catch (const Error& error) {
      return error.kind();
    }
    return ErrorKind::internal;
  };
  EXPECT_EQ(kind_of("/w.crt", "/other.key"), ErrorKind::bad_data);
  EXPECT_EQ(kind_of("/empty", "/w.key"), ErrorKind::bad_data);
  EXPECT_EQ(kind_of("/w.crt", "/empty"), ErrorKind::bad_data);
  EXPECT_EQ(kind_of("/w.crt", "/missing"), ErrorKind::not_found);
}

TEST_F(ServeAccess, UsersAreKeptWithoutTheirPasswords) {
  add_user("alice");
  add_user("Bob of the north");
  EXPECT_EQ(mode_of("w.users"), 0600U);
  Users users = Users::read(options().users_file);
  EXPECT_EQ(users.names(), (std::vector<std::string>{"Bob of the north", "alice"}));
  std::ifstream file(options().users_file);
  std::string text((std::istreambuf_iterator<char>(file)), {});
  EXPECT_EQ(text.find("a password"), std::string::npos);
  EXPECT_TRUE(users.remove("alice"));
  EXPECT_FALSE(users.remove("alice"));
}

TEST_F(ServeAccess, ALineThatIsNoneIsToldWithItsPlace) {
  std::ofstream(options().users_file) << "# users\nuser alice in-the-clear\n";
  try {
    Users::read(options().users_file);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::config);
    EXPECT_EQ(error.place()->line, 2U);
    EXPECT_EQ(base::render(error).find("in-the-clear"), std::string::npos);
  }
}

TEST_F(ServeAccess, NamesAndPasswordsThatCannotBeAreRefused) {
  Users users;
  for (const std::string& name :
       {std::string(), std::string(" a"), std::string("a\nb"), std::string(128, 'a')}) {
    EXPECT_THROW(users.set(name, "good"), Error) << name;
  }
  for (const std::string& password :
       {std::string(), std::string("\xc3\xbc"), std::string("a\tb")}) {
    EXPECT_THROW(users.set("alice", password), Error) << password;
  }
  EXPECT_TRUE(users.is_empty());
}

TEST(StartupOptions, AreSettings) {
  using Settings = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(
      settings_of_options("-c statement_timeout=5000 --search-path=a,b -cQuery_Group=x\\ y"),
      (Settings{{"statement_timeout", "5000"}, {"search_path", "a,b"}, {"query_group", "x y"}}));
  EXPECT_EQ(settings_of_options("  -c  a=b=c "), (Settings{{"a", "b=c"}}));
  EXPECT_TRUE(settings_of_options("-c -x y --nothing =z \\").empty());
  EXPECT_TRUE(settings_of_options("").empty());
}

}  // namespace
}  // namespace sparkify::serve
