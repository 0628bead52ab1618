"""What administrators state, class of speech by class: the value in, or nothing in a trap."""

import pytest
from test_scoring_languages import said

WORKDAYS = "monday tuesday wednesday thursday friday"

ENGLISH = [
    # the hour of the time before
    ("He finishes at four, so she starts at ten past.", [240, 250]),
    ("You're with Sam at quarter to five, and out by twenty-five past.", [285, 325]),
    ("The doctor's in from two, the nurse from quarter past.", [120, 135]),
    ("Between two and half past this afternoon.", [120, 150]),
    ("We stop answering at ten to.", []),
    # ten to: a time, but a range beside hours
    ("I've quarter past eleven or ten to twelve.", [675, 710]),
    ("We're open ten to six.", [600, 360]),
    ("It'll be five to ten minutes.", []),
    # the night
    ("The system restarts at five past twelve at night.", [5]),
    # corrections, hesitant and wordy
    ("You're down for six, er, six fifteen p.m. this time.", [375]),
    ("Half seven, no, I beg your pardon, half eight.", [510]),
    ("It's Friday, no, what am I on about, Saturday.", ["saturday"]),
    ("Ninety for the whitening, no, a hundred.", [(100, 100)]),
    ("You wanted five, I've got quarter past five.", [315]),
    # denied, but not "until"
    ("I wouldn't come at nine, it's bedlam.", []),
    ("We don't open until nine.", [540]),
    ("We're not open on Sundays.", ["sunday"]),
    ("Not Monday, Tuesday.", ["tuesday"]),
    ("I wouldn't say it's three hundred.", []),
    # questions without a question's beginning
    ("She was born at half past four, was she, the little one?", []),
    ("So you'd like Monday, would you, or is Tuesday better?", []),
    ("It's sixteen thirty, is that okay?", [270]),
    # numbers of other things
    ("It's room nine thirty.", []),
    ("Take two at bedtime and one in the morning.", []),
    ("Text the word STOP to six double oh two one.", []),
    ("Your reference is WX four oh, one seven, double three.", []),
    ("Five hundred for ten if you pay up front.", [(500, 500)]),
    # money
    ("The fee's one oh five.", [(105, 105)]),
    ("It's nineteen ninety-nine a month.", [(19.99, 19.99)]),
    ("You owe us thirty-two fifty.", [(32.5, 32.5)]),
    ("That's two pounds eighty for the bag.", [(2.8, 2.8)]),
    ("Crowns start at five eighty and go up to seven twenty.", [(580, 720)]),
    ("Whitening's coming down to two forty soon.", [(240, 240)]),
    ("A hundred and seventy's the most you'd ever pay.", [(None, 170)]),
    ("Anything from fifty up.", [(50, None)]),
    ("It won't come to more than ninety pounds.", [(None, 90)]),
    ("Implants begin at nine hundred pounds.", [(900, None)]),
    # days
    ("He's here on a Tuesday and a Friday.", ["tuesday friday"]),
    ("I can do Monday or, or Wednesday.", ["monday wednesday"]),
    ("Every day bar Sunday.", [f"{WORKDAYS} saturday"]),
    ("We're here eight till six weekdays.", [480, 360, WORKDAYS]),
    ("The lab's nine to one Saturdays.", [540, 60, "saturday"]),
    ("I've moved you from Tuesday to Thursday.", ["tuesday", "thursday"]),
    ("It's five hundred milligrams, three times daily.", []),
    # conditions without an "if"
    ("Should you arrive after ten, you'd have to wait.", []),
    ("Should you get lost, we're here till six.", [360]),
    ("Were you to come on a Monday, there'd be a queue.", []),
    ("In case you can't make Tuesday, ring us.", []),
    # questions without their mark, and a courtesy with one
    ("Would half ten do you at all", []),
    ("So did you want the ten o'clock", []),
    ("Could you come a bit earlier, say half two", []),
    ("Is sixty pounds all right for you", []),
    ("That's you in at twenty past two, all right?", [140]),
    ("Shall we say Thursday, okay?", []),
    # somebody else's words
    ("You were asking about the Saturday.", []),
    ("Your husband rang and said two o'clock.", []),
    # denied at some distance
    ("I don't have anything at ten.", []),
    ("There's no four o'clock.", []),
    ("It's hardly fifty pounds.", []),
    # idioms, readings, ages, counts, houses
    ("It's a million to one.", []),
    ("His sugars were eleven this morning.", []),
    ("He's about forty, the new doctor.", []),
    ("I'd say seven or eight weeks.", []),
    ("We had about two hundred applications.", []),
    ("The one oh two bus stops outside.", []),
    ("We're at one hundred and six High Street.", []),
    ("Grand so, see you then.", []),
    # money: one pound, hundreds, two amounts joined by "and"
    ("It costs a pound a day.", [(1, 1)]),
    ("It's a pound fifty.", [(1.5, 1.5)]),
    ("A veneer's nineteen hundred.", [(1900, 1900)]),
    ("He starts at nineteen hundred.", [420]),
    ("It's between four hundred and six fifty.", [(400, 650)]),
    ("You pay forty quid up front.", [(40, 40)]),
    # telephone numbers in parts, and times that look like one
    ("It's area code six one seven, then five five five, oh one nine nine.", ["6175550199"]),
    ("We've got nine ten, nine fifty, ten thirty.", [550, 590, 630]),
    ("The ten-forty's yours.", [640]),
    ("That isn't 0161 496 0011 any longer.", []),
    ("Her birthday's down as 03/11/1978.", []),
    ("Try 911 or 112.", ["911", "112"]),
    # ranges denied, numbers that are none, and money in other words
    ("They're not open ten till four, it's ten till two.", [600, 120]),
    ("It's forty for a short one, eighty for a long one.", [(40, 40), (80, 80)]),
    ("Children under twelve pay nothing.", []),
    ("I wish we did Sundays.", []),
    ("She does Mondays instead of Fridays.", ["monday"]),
    ("Half a grand, all in.", [(500, 500)]),
    ("The offer's three nine nine.", [(399, 399)]),
    ("It's between two hundred and three and a half thousand.", [(200, 3500)]),
    ("It's a hundred and twenty after seven in the evening.", [(120, 120), 420]),
    ("They start from sixteen hundred.", [(1600, None)]),
    ("The fee is eighty-five before six o'clock.", [(85, 85), 360]),
    ("The front is one twenty and the back is ninety.", [(120, 120), (90, 90)]),
    ("It won't be eighty, nearer sixty.", [(60, 60)]),
    ("It's sixty quid, or fifty with the card.", [(60, 60), (50, 50)]),
    ("The crown's two ten if it's new, two ninety if it isn't.", [(210, 210), (290, 290)]),
    # days with their dates, and which of them
    ("On the Monday, the third, or the Thursday.", ["monday thursday"]),
    ("Ring us later in the week.", []),
    ("I've Monday at ten, or Friday, which would you rather?", ["monday", 600, "friday"]),
    ("You're four fifteen with the nurse.", [255]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "values"), ENGLISH)
def test_english(text, values):
    assert said("en", text) == values


OTHERS = [
    # days that belong together, and those that don't
    ("ru", "По средам и по четвергам берём кровь.", ["wednesday thursday"]),
    ("ru", "Не в среду, в четверг.", ["thursday"]),
    ("ru", "Ни в субботу, ни в воскресенье нас нет.", ["saturday sunday"]),
    ("pl", "Będzie w piątek albo ewentualnie w sobotę.", ["friday saturday"]),
    ("pl", "Od wtorku do czwartku, w piątek sprzątamy.", ["tuesday wednesday thursday", "friday"]),
    ("zh", "王医生周三周六在。", ["wednesday saturday"]),
    # names
    ("uk", "Вас шукала Середа Оксана.", []),
    ("uk", "Середа підходить.", ["wednesday"]),
    # explained corrections, and amounts said twice
    ("pl", "Korona osiemset, a nie, patrzę na starą kartkę, dziewięćset złotych.", [(900, 900)]),
    ("zh", "三千二，三千二百元。", [(3200, 3200)]),
    # denied behind the time, but not by the next clause
    ("uk", "Ні, о дев'ятій вона не може.", []),
    ("pl", "Proszę być o siedemnastej, doktor nie lubi czekać.", [300]),
    # money, and none
    ("uk", "За аналіз пів тисячі.", [(500, 500)]),
    ("pl", "Gorączka trzydzieści dziewięć i pół.", []),
    ("ru", "Не будет больше трёхсот рублей.", [(None, 300)]),
    # corrections, wordy
    ("pl", "O siódmej, nie, co ja mówię, o ósmej rano.", [480]),
    ("pl", "We wtorek, nie, co ja gadam, w środę.", ["wednesday"]),
    ("ru", "В девять, ой, нет, в десять.", [600]),
    ("uk", "О дев'ятій, ой, ні, о десятій.", [600]),
    # noon and night
    ("pl", "Mam dwunastą piętnaście w południe.", [15]),
    ("ru", "Приходите без четверти двенадцать дня.", [705]),
    ("ru", "Половина одиннадцатого ночи.", [630]),
    ("uk", "Підходьте за п'ять дванадцята дня.", [715]),
    # denied behind, or once so
    ("pl", "Na dziewiątą bym nie przychodziła.", []),
    ("pl", "Dziesiąta zajęta, została trzynasta.", [60]),
    ("uk", "До дев'ятої то колись було, нині до сьомої.", [420]),
    ("ru", "Раньше было восемьсот, теперь тысяча двести.", [(1200, 1200)]),
    # somebody else's words
    ("uk", "Сестра сказала п'ятсот, не слухайте.", []),
    ("ru", "Вы меня в тринадцать просили, я не путаю.", []),
    ("zh", "您刚讲的二百块，我这边没有。", []),
    # the other choice of a question
    ("pl", "A piątek by panu leżał, czy już pana wtedy nie ma?", []),
    ("uk", "На одинадцяту, чи най буде по обіді?", []),
    ("ru", "Четверть пятого свободно, берёте?", [255]),
    # numbers of other things
    ("ru", "Гемоглобин сто восемнадцать, для вас нормально.", []),
    ("uk", "Гемоглобін сто двадцять, то норма.", []),
    ("ru", "Сто двенадцатый талон ваш.", []),
    ("ru", "Код на двери сорок восемь ноль три.", []),
    ("zh", "尾号七七三九。", []),
    # short telephone numbers, where one calls
    ("pl", "Sto dwanaście, karetka będzie szybciej od nas.", ["112"]),
    ("ru", "Вызывайте скорую по номеру сто двенадцать.", ["112"]),
    ("zh", "挂号平台的电话是一一四。", ["114"]),
    # money
    ("pl", "Dwie stówki i dychę.", [(210, 210)]),
    ("ru", "За МРТ просят шесть с половиной.", [(6500, 6500)]),
    ("ru", "За парковку сотка в час.", [(100, 100)]),
    ("ru", "Тысяч в шесть с половиной обойдётся.", [(6500, 6500)]),
    ("ru", "Тысяч двадцать пять за коронку.", [(25000, 25000)]),
    ("ru", "Сто тысяч в тридцать лет копят.", [(100000, 100000)]),
    ("ru", "Каждый сеанс по полторы.", [(1500, 1500)]),
    ("ru", "От двадцати четырёх до тридцати восьми тысяч.", [(24000, 38000)]),
    ("ru", "Длится от двадцати до тридцати минут.", []),
    ("ru", "Температура тридцать восемь и пять.", []),
    ("ru", "Приём в девять тридцать и одиннадцать.", [570, 660]),
    ("ru", "Ну, тысячи, не буду врать.", []),
    # days
    ("pl", "Codziennie oprócz niedzieli.", [f"{WORKDAYS} saturday"]),
    ("ru", "Каждый день, кроме воскресенья.", [f"{WORKDAYS} saturday"]),
    ("uk", "Щодня, крім неділі.", [f"{WORKDAYS} saturday"]),
    ("pl", "Sobotni dyżur trwa od dziewiątej.", ["saturday", 540]),
    ("zh", "固定在每个礼拜四。", ["thursday"]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "text", "values"), OTHERS)
def test_other_languages(code, text, values):
    assert said(code, text) == values


@pytest.mark.parametrize(
    ("asked", "text", "values"),
    [
        ("Did you say two o'clock?", "No, twenty to.", [100]),
        ("What time's she in?", "Nine.", [540]),
        ("How old is he?", "Forty-three.", []),
        ("How many tablets?", "Two in the morning, one at night.", []),
        ("What's your house number?", "A hundred and twelve.", []),
        ("What does it come to?", "Forty-three.", [(43, 43)]),
        ("Is it at ten?", "It is, ten on the dot.", [600]),
        ("Is it forty-five?", "Yes, forty-five.", [(45, 45)]),
    ],
)
def test_the_question_says_what_a_naked_number_is(asked, text, values):
    assert said("en", text, asked) == values
