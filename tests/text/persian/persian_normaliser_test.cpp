#include "text/persian/persian_normaliser.hpp"

#include <gtest/gtest.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>
#include <unicode/ushape.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "text/tokenizer.hpp"

namespace myxtts::text {
namespace {

struct Row {
  std::string written;
  std::string spoken;
};

void expect_rows(const std::vector<Row>& table) {
  for (const Row& row : table) EXPECT_EQ(PersianNormaliser().normalise(row.written), row.spoken) << row.written;
}

TEST(PersianNormaliser, WritesOneLetterForEachSound) {
  expect_rows({
      {"", ""},
      {"  \u200f \u200c ", ""},
      {"\u0643\u062a\u0627\u0628\u064a", "کتابی"},
      {"مصطفى", "مصطفی"},
      {"کـــتاب", "کتاب"},
      {"\ufedb\ufe98\ufe8e\ufe8f", "کتاب"},
      {"\ufefb\ufedf\ufeea", "لاله"},
      {"خانۀ ما", "خانهٔ ما"},
      {"خانه\u0654 ما", "خانهٔ ما"},
      {"مسی\u0654ول", "مسئول"},
      {"ا\u0653مد", "آمد"},
      {"تا\u0654ثیر", "تأثیر"},
      {"مثلاً", "مثلاً"},
      {"مُهر و مِهر", "مُهر و مِهر"},
      {"دَرْس", "دَرس"},
      {"\u202bسلام\u202c", "سلام"},
      {"سلام،دنیا؛خوبی؟", "سلام,دنیا;خوبی?"},
      {"«سلام» ، گفت .", "سلام, گفت."},
      {"سلام (آهسته) گفت", "سلام آهسته گفت"},
      {"رفت—آمد", "رفت - آمد"},
      {"صبر کن…", "صبر کن..."},
      {"Windows و ویندوز", "windows و ویندوز"},
  });
}

TEST(PersianNormaliser, KeepsJointsWhereTheyShow) {
  expect_rows({
      {"می\u200cروم", "می\u200cروم"},
      {"می روم و نمی دانم", "می\u200cروم و نمی\u200cدانم"},
      {"می\u200c روم", "می\u200cروم"},
      {"می\u200c\u200cروم", "می\u200cروم"},
      {"می\u200bروم", "می\u200cروم"},
      {"می¬روم", "می\u200cروم"},
      {"کتاب ها و خانه های ما", "کتاب\u200cها و خانه\u200cهای ما"},
      {"بزرگ تر و بزرگ ترین", "بزرگ\u200cتر و بزرگ\u200cترین"},
      {"کار\u200cها", "کارها"},
      {"کار ها", "کارها"},
      {"خانه\u200cی ما", "خانه\u200cی ما"},
      {"رفته\u200cاند\u200c.", "رفته\u200cاند."},
      {"کمی راه", "کمی راه"},
      {"تر و خشک", "تر و خشک"},
  });
}

TEST(PersianNormaliser, SpellsNumbers) {
  expect_rows({
      {"۱۲۳ کتاب", "صد و بیست و سه کتاب"},
      {"٤٥٦", "چهارصد و پنجاه و شش"},
      {"456", "چهارصد و پنجاه و شش"},
      {"سال ۱۴۰۲", "سال هزار و چهارصد و دو"},
      {"۱٬۲۳۴٬۵۶۷", "یک میلیون و دویست و سی و چهار هزار و پانصد و شصت و هفت"},
      {"100,000", "صد هزار"},
      {"۳٫۱۴", "سه ممیز چهارده"},
      {"۳/۱۴", "سه ممیز چهارده"},
      {"0.05", "صفر ممیز صفر پنج"},
      {"۱/۲ و ۲/۳", "یک دوم و دو سوم"},
      {"½ لیوان و ۲½ لیوان", "نیم لیوان و دو و نیم لیوان"},
      {"۳م، ۲۱\u200cام، ۳۰ام", "سوم, بیست و یکم, سی\u200cام"},
      {"۵مین و ۱۲امین", "پنجمین و دوازدهمین"},
      {"-۵ درجه", "منفی پنج درجه"},
      {"۱۰-۲۰ نفر", "ده تا بیست نفر"},
      {"۱۰ – ۲۰ نفر", "ده تا بیست نفر"},
      {"۰۹۱۲۳۴", "صفر نه یک دو سه چهار"},
      {"۰۲۱-۸۸۷", "صفر دو یک هشت هشت هفت"},
      {"نسخه 1.2.3", "نسخه یک نقطه دو نقطه سه"},
      {"۵\u200cگانه", "پنج\u200cگانه"},
      {"در۵کشور", "در پنج کشور"},
      {"covid-19", "covid نوزده"},
      {"1234567890123456789", "یک دو سه چهار پنج شش هفت هشت نه صفر یک دو سه چهار پنج شش هفت هشت نه"},
  });
}

TEST(PersianNormaliser, SpellsDatesTimesMoneyAndUnits) {
  expect_rows({
      {"در ۱۴۰۲/۰۵/۱۲ آمد", "در دوازدهم مرداد هزار و چهارصد و دو آمد"},
      {"۱۲/۵/۱۴۰۲", "دوازدهم مرداد هزار و چهارصد و دو"},
      {"2021-05-12", "دوازدهم مه دو هزار و بیست و یک"},
      {"ساعت ۱۰:۳۰", "ساعت ده و سی دقیقه"},
      {"ساعت ۱۰:۰۰", "ساعت ده"},
      {"۱۲:۳۰:۱۵", "دوازده و سی دقیقه و پانزده ثانیه"},
      {"۲۰٪ تخفیف", "بیست درصد تخفیف"},
      {"%۱۲٫۵", "دوازده ممیز پنج درصد"},
      {"$5", "پنج دلار"},
      {"۳٫۵۰$", "سه دلار و پنجاه سنت"},
      {"€2 میلیون", "دو میلیون یورو"},
      {"۵۰۰ \ufdfc", "پانصد ریال"},
      {"5km", "پنج کیلومتر"},
      {"۱۲۰ km/h", "صد و بیست کیلومتر بر ساعت"},
      {"۲۵°C", "بیست و پنج درجه سانتی\u200cگراد"},
      {"۲+۲=۴", "دو به علاوه دو مساوی چهار"},
      {"نان & پنیر", "نان و پنیر"},
      {"#۵", "شماره پنج"},
  });
}

TEST(PersianNormaliser, ExpandsAbbreviations) {
  expect_rows({
      {"۵۰۰ ق.م.", "پانصد قبل از میلاد"},
      {"۱۳۲۰ ه.ش", "هزار و سیصد و بیست هجری شمسی"},
      {"سال ۲۰۲۱م", "سال دو هزار و بیست و یک میلادی"},
      {"محمد (ص) گفت", "محمد صلی الله علیه و آله گفت"},
      {"ص ۱۲", "صفحه دوازده"},
      {"ج. ۲", "جلد دو"},
      {"ر.ک. فصل ۳", "رجوع کنید به فصل سه"},
      {"صبح و جمع", "صبح و جمع"},
  });
}

std::string utf8(const icu::UnicodeString& text) {
  std::string result;
  text.toUTF8String(result);
  return result;
}

// The sentence as other programs and keyboards write it.
std::vector<std::string> spellings(const std::string& sentence) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString text = icu::UnicodeString::fromUTF8(sentence);
  icu::UnicodeString arabic = text, marked = text, shaped, joints = text;
  arabic.findAndReplace(u"ی", u"\u064a").findAndReplace(u"ک", u"\u0643").findAndReplace(u"۱۲", u"\u0661\u0662");
  marked.findAndReplace(u" ", u"\u200f \u200e").insert(0, u'\ufeff');
  joints.findAndReplace(u"\u200c", u"\u200c\u200b").findAndReplace(u"ار", u"ار\u200c");
  std::array<char16_t, 512> buffer{};
  const std::int32_t length =
      u_shapeArabic(text.getBuffer(), text.length(), buffer.data(), buffer.size(),
                    U_SHAPE_LETTERS_SHAPE | U_SHAPE_LENGTH_GROW_SHRINK | U_SHAPE_TEXT_DIRECTION_LOGICAL, &status);
  shaped.setTo(buffer.data(), length);
  std::vector<std::string> all = {sentence, utf8(arabic), utf8(marked), utf8(shaped), utf8(joints)};
  for (const auto* form : {icu::Normalizer2::getNFDInstance(status), icu::Normalizer2::getNFKDInstance(status)}) {
    all.push_back(utf8(form->normalize(text, status)));
    all.push_back(utf8(form->normalize(arabic, status)));
  }
  EXPECT_TRUE(U_SUCCESS(status));
  return all;
}

TEST(PersianNormaliser, GivesTheSameTokensForEverySpelling) {
  const std::vector<std::string> languages{"fa"};
  const Tokenizer tokenizer(Tokenizer::character_vocabulary({}, languages));
  for (const std::string sentence : {"آیا می‌دانی کتاب‌های خانهٔ ما کجاست؟",
                                     "۱۲ مسئول، تأثیر کار را دیدند.", "یک روز کیک و لیمو خریدیم؛ مثلاً دیروز."}) {
    const auto expected = tokenizer.encode(PersianNormaliser().normalise(sentence), "fa");
    EXPECT_EQ(std::ranges::count(expected, tokenizer.unknown_id()), 0);
    for (const std::string& spelling : spellings(sentence)) {
      EXPECT_EQ(tokenizer.encode(PersianNormaliser().normalise(spelling), "fa"), expected) << spelling;
    }
  }
}

}  // namespace
}  // namespace myxtts::text
