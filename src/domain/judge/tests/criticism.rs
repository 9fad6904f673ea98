//! Lawful criticism, the harsher the better, and texts that only look like breaches. None of it may be hidden.

use super::*;

#[test]
fn harsh_but_lawful_criticism_is_never_hidden() {
    let shipped = Judge::new(&Policy::parse(&Bundle::shipped()).unwrap());
    none_is_hidden(CRITICISM, &JUDGE);
    none_is_hidden(CRITICISM, &shipped);
}

#[test]
fn plain_criticism_does_not_even_wait_for_review() {
    for (row, text) in PLAIN.iter().enumerate() {
        assert_eq!(judged(text).verdict, Verdict::Allow, "row {row}: {text}");
    }
}

#[test]
fn who_reports_or_condemns_a_breach_does_not_commit_it() {
    none_is_hidden(LOOK_ALIKES, &JUDGE);
}

#[test]
fn the_everyday_meaning_of_a_listed_word_is_hidden_by_no_phrase_and_no_rule() {
    let shipped = Judge::new(&Policy::parse(&Bundle::shipped()).unwrap());
    for judge in [&*JUDGE, &shipped] {
        for (row, text) in EVERYDAY.iter().enumerate() {
            let verdict = judge.judge(&Subject::of(text)).verdict;
            let listed = matches!(&verdict, Verdict::Hide(finding) if finding.rule != "model");
            assert!(!listed, "row {row}: {verdict:?}");
        }
    }
}

fn none_is_hidden(texts: &[&str], judge: &Judge) {
    for (row, text) in texts.iter().enumerate() {
        let verdict = judge.judge(&Subject::of(text)).verdict;
        assert!(!matches!(verdict, Verdict::Hide(_)), "row {row}: {verdict:?}");
    }
}

/// Complaints and opinions in words that anger may use.
const CRITICISM: &[&str] = &[
    "Your service is garbage.",
    "Garbage app. It logs me out every two minutes and loses the form.",
    "This is the worst ministry I have ever dealt with, useless from top to bottom.",
    "You are killing our businesses with these fines.",
    "These fees are robbery, plain and simple.",
    "The fees are daylight robbery and you are thieves for charging them twice.",
    "Fucking terrible service, three hours in the queue for nothing.",
    "What a shit website, it never loads.",
    "Your fucking app crashed again and ate my payment.",
    "Are you fucking kidding me? Another appointment?",
    "Bullshit. You promised this road in 2023.",
    "To hell with this system, I give up.",
    "Whoever designed this form is an idiot.",
    "The person who wrote this policy should resign in shame.",
    "This is a dictatorship of paperwork, shame on you all.",
    "I hope this department gets shut down, it does nothing.",
    "You people are incompetent and lazy, answer your phones!",
    "Your hotline is a joke, your answers are lies.",
    "The new traffic law is stupid and backward.",
    "Killing two hours on hold every morning, thank you ministry.",
    "This waiting will kill me one day.",
    "The fines will kill small shops and everyone knows it.",
    "You destroyed the neighbourhood with this construction.",
    "I would kill for a manager who answers his phone.",
    "Bomb of a policy, it will explode in your faces at the next review.",
    "The road is a death trap, somebody will die there.",
    "The contractors dug up the street and left it like a war zone.",
    "Stop wasting our money on fireworks while pipes burst.",
    "The minister should explain why nothing changed.",
    "I'm sick of these lies, every year the same promises.",
    "Expats pay double for the same service, this is unfair and you know it.",
    "Women wait longer in your offices because there is one counter for them.",
    "Disabled people cannot enter your building, disgraceful.",
    "Why do the labourers have such dirty housing? Shame.",
    "Labourers are treated like animals in that camp and you do nothing.",
    "خدمتكم زبالة",
    "خدمتكم زبالة بصراحة، كل مرة تطلبون ورقة يديدة",
    "نظام فاشل وإدارة فاشلة وموظفين ما يعرفون شي",
    "حرامية الرسوم، كل سنة تزيد بدون سبب",
    "الرسوم دي سرقة عيني عينك",
    "المسؤول عن الملف ده لازم يستقيل، فشل بكل المقاييس",
    "أسوأ وزارة تعاملت معها في حياتي",
    "تطبيق زفت والموقع أزفت منه",
    "الخدمة خرا بكل معنى الكلمة",
    "يلعن أبو هالسيستم اللي كل يوم واقع",
    "حسبي الله ونعم الوكيل فيكم وفي تأخيركم",
    "الله لا يوفقكم على هالتأخير",
    "قتلتونا بالانتظار والمواعيد",
    "ذبحتونا بالرسوم والغرامات",
    "الانتظار بيموتنا وانتو ولا على بالكم",
    "قراركم هذا بيدمر التجار الصغار",
    "انتو ما تفهمون شي في خدمة الناس",
    "إدارة غبية وقرارات أغبى",
    "مهزلة بكل ما تعنيه الكلمة، متى تصحون من نومكم",
    "الشوارع مكسرة والمجاري طافحة وين الوزارة",
    "شغل عصابات مب شغل وزارة",
    "كذب في كذب، ولا وعد صدقتوا فيه",
    "عيب عليكم، المعاق ما يقدر يدخل مبناكم",
    "ليش العمال ساكنين في مكان وسخ كذا، وين الرقابة",
    "العمال يعاملون مثل الحيوانات في هالسكن",
    "كل يوم موظف يرسلني لموظف، دوختوني",
    "الوافدين يدفعون ضعف الرسوم وهذا ظلم",
    "المرأة مظلومة في نظام الإسكان عندكم",
    "أحرقتوا أعصابنا بهالموقع",
    "المبنى كان راح يحترق وما في مخارج طوارئ",
    "انفجرت فاتورة الكهرباء هالشهر، ارحمونا",
    "شركة المقاولات نصبت علينا وأنتم تتفرجون",
    "والله لأشتكي عليكم عند الوزير",
    "راح أرفع عليكم قضية وآخذ حقي بالقانون",
    "وزارة نايمة ومسؤول ما يستحي",
    "bekaar service hai, teen mahine se koi jawab nahi",
    "sarkari system bilkul fail hai, sharam karo",
    "घटिया सेवा है, कोई जवाब नहीं देता",
    "یہ سروس بالکل بیکار ہے، کوئی جواب نہیں دیتا",
    "el app zeft w ma7ad yerod",
];

/// Criticism without a single doubtful word.
const PLAIN: &[&str] = &[
    "This policy is a failure and whoever wrote it should resign.",
    "Your service is garbage.",
    "I disagree with this decision completely.",
    "The app crashes every time and nobody answers.",
    "The worst experience of my life with any office.",
    "خدمتكم زبالة",
    "نظام فاشل وإدارة فاشلة",
    "حرامية الرسوم، كل سنة تزيد بدون سبب",
    "أسوأ وزارة تعاملت معها في حياتي",
    "الرسوم دي سرقة عيني عينك",
    "القرار ظالم ولازم ينلغي",
    "هل كل الأنشطة تحتاج موافقة البلدية؟",
    "كيف أفتح كشك في كلية التقنية؟",
    "سعر الكيلو واط مرتفع والفاتورة تضاعفت",
    "ما في مواقف عند المركز وكل مرة نخالف",
];

/// Texts that hold the words of a breach and do not break a clause.
const LOOK_ALIKES: &[&str] = &[
    "We must fight racism in hiring, and the ministry does too little about it.",
    "Please act: a driver called my wife a whore at your parking lot.",
    "Your employee told me 'go back to your country', is this how you train them?",
    "Someone wrote 'dirty Indians' on the wall of our building, please clean it.",
    "I was threatened by the contractor, he said I will kill you if you complain.",
    "No to calling people cockroaches, we are all residents here.",
    "Not all Muslims are terrorists, please teach this in schools.",
    "Migrants are not animals.",
    "Block porn sites please, my children found one on the public wifi.",
    "The police arrested people with hashish for sale near our school, thank you.",
    "How do I report someone who sells fake certificates on WhatsApp?",
    "I received a message 'your account is suspended, send the OTP' from 0501234567, is it a scam?",
    "My account got hacked and they asked for money, please help, call me 0501234567",
    "The company sells weed killer for gardens and blocks the sidewalk.",
    "They ask for money under the table to approve the permit, please investigate.",
    "The assessment process is classic bureaucracy, cut it.",
    "The guard dog at the site barks all night, the dog's owner ignores us.",
    "I live in Scunthorpe and the form rejects my address.",
    "Is there a discount on fines this month? My number is 0501234567",
    "When will the plots be for sale? 050 123 4567",
    "The cockroaches in the centre are disgusting, call pest control.",
    "Spicy food stalls block the pedestrian bridge.",
    "Do not join ISIS, they destroyed my village.",
    "I will not kill your time: the site is down again.",
    "Never buy followers, the ministry has real ones.",
    "أنا ضد العنصرية بكل أشكالها، وإعلانات التوظيف عندكم لا تخلو منها",
    "تعرضت للتحرش في الحافلة وقال لي كلام بذيء",
    "الموظف قال لي ارجع بلدك، هل هذا مقبول؟",
    "واحد كتب تحت المنشور يا عبد يا أسود، لازم تحذفونه",
    "جاري هددني وقال راح أقتلك، وين أبلغ؟",
    "لا للعنصرية ولا لوصف الناس بالحشرات",
    "العمال مب حشرات، عاملوهم باحترام",
    "احجبوا المواقع الإباحية عن شبكة الحدائق",
    "وصلتني رسالة تقول حسابك موقوف ارسل رمز التحقق على 0501234567 هل هي صحيحة؟",
    "كيف أبلغ عن شخص يبيع شهادات مزورة بالواتساب",
    "القبض على عصابة تبيع مخدرات، شكرا للشرطة",
    "يطلبون فلوس تحت الطاولة عشان تمشي المعاملة، نرجو التحقيق",
    "كلب الحراسة في الموقع يزعجنا طول الليل",
    "الكلاب الضالة في الحي خطر على الأطفال",
    "حمار الوحش في الحديقة مريض",
    "حشرات وصراصير في مبنى المركز، أين البلدية",
    "الكسارة شغالة ليل نهار جنب بيوتنا",
    "عرصات البناء مفتوحة وخطرة",
    "كليات التقنية تحتاج موقف",
    "بكسات الكهرباء مكشوفة في شارعنا",
    "قواد المركبات الثقيلة لا يلتزمون بالمسار",
    "مساج الطريق السريع يحتاج مطبات",
    "رش المبيدات يقتل الحشرات ويضر الأطفال",
    "تهنئة من القلب، أهنيك على المنصب",
    "الدين لله والوطن للجميع",
    "السنة الماضية كانت أفضل",
    "هل توجد خصومات على المخالفات؟ رقمي 0501234567",
    "متى توزعون الأراضي للبيع؟ للتواصل 0501234567",
    "تم تهكير حسابي وسرقوا فلوسي، اتصلوا بي 0501234567",
    "المبيدات والمخدرات الطبية لازم يكون لها رقابة",
    "mujhe manager ne gaali di aur kaha wapas jao",
    "کسی نے لکھا کہ تم سب کتے ہو، یہ غلط ہے",
];

/// Words that also announce harm, blaspheme or advertise, in what citizens say every day, and victims who tell of it.
const EVERYDAY: &[&str] = &[
    "سأطعن في قرار الوزارة أمام المحكمة",
    "تقدمت بطعن على قرار الوزارة ولم يصلني رد",
    "المستوطنون اقتحموا المسجد الأقصى اليوم",
    "اللصوص اقتحموا مكتب والدي",
    "مجهولون احرقوا السيارة امام بيتنا",
    "الافتتاح بفجر الجمعة في المسجد الكبير",
    "متى يسمح بذبح الأضاحي في المركز",
    "اتهموه بقتل الموظف وهو بريء",
    "سنحرق الوزارة بالأسئلة حتى تردوا",
    "راح احرق نفسي قدام الوزارة من القهر",
    "والله كذبة كبيرة هالمشروع",
    "متى يسقط دين ابوك بعد الوفاة",
    "يلعن رب العمل اللي ما يدفع الرواتب",
    "الطلاب تنمروا عليه في المدرسة والإدارة ساكتة",
    "بنتي لها صور خاصة مسربة وين اشتكي",
    "قاموا بنشر صورها بدون اذنها وما حد ساعدنا",
    "ساكن مع عياله في بناية مهددة بالسقوط ارجو المساعدة",
    "ابي مسدس صيد كيف ارخصه",
    "شركة نقل عفش نصبت علي وما رجعت اغراضي",
    "We ran out of gas, the station was closed",
    "I will run over to your office tomorrow with the papers",
    "I'll burn my degree in front of the ministry because nobody hires us",
    "Please exterminate the rats in our school building",
    "Her Emirates ID is still under process since May",
    "My ex continues to stalk her every day, please help my sister",
    "send me money or i will go to court, you owe me the refund",
    "Is it true that there is a bomb in the metro station?",
    "If you go back to your country for 6 months, does the visa expire?",
    "You cripple small businesses with these fees",
    "like for like replacement of the meter took 3 months",
    "online casino ads everywhere on telegram, block them",
    "I live in Katwa and need attestation",
];
