#include "pgwire/scram.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace sparkify::pgwire {
namespace {

// The example of RFC 7677.
const std::string salt = "\x5b\x6d\x99\x68\x9d\x12\x35\x8e\xec\xa0\x4b\x14\x12\x36\xfa\x81";
const std::string client_nonce = "rOprNGfwEbeRWgbNEkqO";
const std::string server_nonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
const std::string both = client_nonce + server_nonce;
const std::string proof = "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

Scram exchange(const std::string& end_point = "") {
  return {Verifier::of("pencil", salt, 4096), end_point};
}

/// The SQLSTATE of what an exchange throws; empty when it throws nothing.
template <typename Step>
std::string state_of(Step step) {
  try {
    step();
  } catch (const base::Error& error) {
    return error.sql_state_text();
  }
  return {};
}

TEST(Scram, AnswersAsTheStandardsExample) {
  Scram scram = exchange();
  EXPECT_EQ(scram.first("SCRAM-SHA-256", "n,,n=user,r=" + client_nonce, server_nonce),
            "r=" + both + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
  EXPECT_EQ(scram.final("c=biws,r=" + both + "," + proof),
            "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
}

TEST(Scram, AProofThatIsAnotherIsRefused) {
  Scram scram = exchange();
  scram.first("SCRAM-SHA-256", "n,,n=user,r=" + client_nonce, server_nonce);
  std::string other = proof;
  other[10] = other[10] == 'A' ? 'B' : 'A';
  EXPECT_EQ(scram.final("c=biws,r=" + both + "," + other), std::nullopt);
  Scram wrong({Verifier::of("pencils", salt, 4096)}, "");
  wrong.first("SCRAM-SHA-256", "n,,n=user,r=" + client_nonce, server_nonce);
  EXPECT_EQ(wrong.final("c=biws,r=" + both + "," + proof), std::nullopt);
}

TEST(Scram, FirstMessagesThatAreNoneAreRefused) {
  for (const std::string message :
       {"", "n", "n,", "n,,", "n,,n=user", "n,,r=abc", "n,a=admin,n=user,r=abc", "x,,n=user,r=abc",
        "n,,n=user,r=", "n,,m=ext,n=user,r=abc", "n,,n=user,r=a\x01", "p=tls-unique,,n=,r=abc"}) {
    Scram scram = exchange();
    EXPECT_EQ(state_of([&] { scram.first("SCRAM-SHA-256", message); }), "08P01") << message;
  }
  Scram scram = exchange();
  EXPECT_EQ(state_of([&] { scram.first("SCRAM-SHA-1", "n,,n=,r=abc"); }), "08P01");
  EXPECT_EQ(
      state_of([&] { scram.first("SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,n=,r=abc"); }),
      "08P01");
}

TEST(Scram, FinalMessagesThatAreNoneAreRefused) {
  for (const std::string& message :
       {std::string(), std::string("p="), "c=biws,r=" + both, "c=biws," + proof,
        "c=biws,r=" + client_nonce + "," + proof, "c=eSws,r=" + both + "," + proof,
        "c=b iws,r=" + both + "," + proof, "c=biws,r=" + both + ",p=", "c=,r=" + both + "," + proof,
        "c=biws,r=" + both + ",p=AAAA",
        "c=biws,r=" + both + ",p=====", "r=" + both + ",c=biws," + proof}) {
    Scram scram = exchange();
    scram.first("SCRAM-SHA-256", "n,,n=user,r=" + client_nonce, server_nonce);
    EXPECT_EQ(state_of([&] { scram.final(message); }), "08P01") << message;
  }
}

TEST(Scram, OverTlsAChannelIsBoundAndCannotBeUnbound) {
  using namespace std::string_literals;
  EXPECT_EQ(exchange("e").mechanisms(), "SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0"s);
  EXPECT_EQ(exchange().mechanisms(), "SCRAM-SHA-256\0\0"s);
  Scram downgraded = exchange("e");
  EXPECT_EQ(state_of([&] { downgraded.first("SCRAM-SHA-256", "y,,n=,r=abc"); }), "08P01");
  Scram bound = exchange("e");
  bound.first("SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,n=,r=abc", "def");
  // c= is of another certificate: base64 of "p=tls-server-end-point,,f".
  EXPECT_EQ(
      state_of([&] { bound.final("c=cD10bHMtc2VydmVyLWVuZC1wb2ludCwsZg==,r=abcdef," + proof); }),
      "08P01");
}

TEST(Scram, NoncesDiffer) {
  Scram scram = exchange();
  std::string first = scram.first("SCRAM-SHA-256", "n,,n=,r=abc");
  EXPECT_NE(first, scram.first("SCRAM-SHA-256", "n,,n=,r=abc"));
  EXPECT_EQ(random_text(40).size(), 40U);
}

TEST(Verifier, HasPostgresqlsForm) {
  std::string text = Verifier::of("pencil", salt, 4096).text();
  EXPECT_EQ(text.substr(0, 44), "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$");
  auto again = Verifier::parse(text);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->text(), text);
  EXPECT_EQ(text.find("pencil"), std::string::npos);
  EXPECT_NE(Verifier::of("pencil").salt, Verifier::of("pencil").salt);
}

TEST(Verifier, KnowsItsPassword) {
  Verifier verifier = Verifier::of("pencil");
  EXPECT_TRUE(verifier.is_of("pencil"));
  EXPECT_FALSE(verifier.is_of("pencils"));
  EXPECT_FALSE(Verifier::nobody("alice", "secret").is_of("pencil"));
}

TEST(Verifier, OtherTextsAreNone) {
  const std::string key(43, 'A');
  const std::string good = "SCRAM-SHA-256$4096:AAAA$" + key + "=:" + key + "=";
  EXPECT_TRUE(Verifier::parse(good));
  for (const std::string& text :
       {std::string(), std::string("pencil"), good.substr(1), good + "x", good.substr(0, 40),
        "SCRAM-SHA-256$0:AAAA$" + key + "=:" + key + "=",
        "SCRAM-SHA-256$99999999999:AAAA$" + key + "=:" + key + "=",
        "SCRAM-SHA-256$4096:$" + key + "=:" + key + "=", "SCRAM-SHA-256$4096:AAAA$AAAA:" + key}) {
    EXPECT_FALSE(Verifier::parse(text)) << text;
  }
}

TEST(Verifier, OfNobodyKeepsItsSaltAndNothingElse) {
  Verifier once = Verifier::nobody("bob", "secret"), again = Verifier::nobody("bob", "secret");
  EXPECT_EQ(once.salt, again.salt);
  EXPECT_EQ(once.salt.size(), 16U);
  EXPECT_NE(once.stored_key, again.stored_key);
  EXPECT_NE(once.salt, Verifier::nobody("eve", "secret").salt);
  EXPECT_NE(once.salt, Verifier::nobody("bob", "other").salt);
}

}  // namespace
}  // namespace sparkify::pgwire
