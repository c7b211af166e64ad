"""Words that say nothing about which problem it is: English, Portuguese and Polish, folded, cut as `traits` cuts them.

How rare a word is says the index; but where there are few cases yet, every word looks rare. These never count.
"""

_ENGLISH = """
about again after also always another anybody anyone anything around asked back because been before being best better
between both call called came care cannot client come comes company contact could customer date dear deal desk does doing
done down each either email else ever every everything fine find first follow friend from further gave getting give given
gives goes going gone good great greetings have having hear hello help here hers hope hour hours however into issue its
just keep kind kindly know last later least leave less like likely little long look looking made mail make many maybe
message might mine minute minutes month months more morning most much must myself name need needs never nobody nothing
number often once only onto other others ours please point problem product question rather read really received regard
regards reply right said same says seem seems send sent service shall should since some somebody someone something soon
still such support sure take talk tell than thank thanks that their them then there these they thing things think this
those time times today told tomorrow took turn under until upon used using very wait waited waiting want wants week weeks
well went were what when where which while whole whom will wish with within without work working worked works would write
wrote year years yesterday your yours yourself happened happen
"""
_PORTUGUESE = """
agora agradeco aguardo ainda alem alguem algum alguma antes apos aqui assim assunto atenciosamente atendimento ate atras
bem bom cada caro cliente coisa com como comigo contato contra consigo consegui dele dela dentro depois desde dessa desse
desta deste devem deve dia dias disse disso ele ela eles empresa entao entre era eram essa esse esta estao estar estava
este estes estou eu fala falar favor faz fazer feito fica ficar fiz foi foram forma fosse gente gostaria grato haver hoje
hora horas isso isto la logo mais mandei mas melhor mensagem mesma mesmo meu meus minha minhas momento muita muito nada nao
nem nenhum nenhuma nome nos nossa nosso numa nunca obrigada obrigado ola onde ontem outra outro outros para parece pela
pelo pode podem poder porque por pois posso precisa preciso problema produto qual quando quanto que quem quer quero
resolver resposta retorno saber sabe seja sem sempre sendo senhor senhora ser sera seu sobre sua tambem tarde tem tempo
tenho tenha ter tinha toda todas todo todos tudo uma umas vai vamos veio vez vezes voce voces vou
"""
_POLISH = """
albo ale bardzo bede bedzie bez bowiem byc byla byli bylo bylem bylam caly chce chcialbym chcialabym cos czas czasu czego
czemu czy czyli dalej dlaczego dla dlatego dnia dni dobry dopiero drugi dwa dzien dziekuje dziekujemy dzis dzisiaj gdy
gdyz gdzie godzin godzina godziny ich inna inne inny jak jaka jaki jakie jakis jakies jako jego jej jest jestem jeszcze
jesli jezeli juz kiedy kilka kilku klient klienta kolejny konca konto kontakt ktora ktore ktorego ktory ktorych ktos
ktorej ktoryms lub mam mamy maja mimo mnie moge moglby mogla moj moja moje mojej mojego mozna moze musi musze nadal nam nami
napisac nasz nasza nawet nich nie niestety nigdy nikt nim nimi nowy numer nikogo obecnie obsluga oczywiscie odpowiedz od
oraz pan pana pani panstwa panstwo pisze pisalem pisalam plus pomoc pomoge ponad ponownie poniewaz potem powinien
pozdrawiam pozdrowienia prawie problem produkt przeciez przed przez przy pytanie raz razy rok roku rowniez sam sama serdecznie
sie skoro sprawa sprawie sprawy swoj swoja szanowni sytuacja tak taka taki takie tam tego tej ten teraz tez tego tutaj
tych tylko tym tymi tydzien tygodni uwaga wam was wasz wasza wciaz wczoraj wiadomosc wiec wiem wiele witam wobec
wszystko wszystkie wlasnie zaden zawsze znow znowu zostal zostala zrobic zwiazku zycze oczekuje prosze
"""


def cut(word: str) -> str:
    """As `traits` cuts a word: without a plural s, and its first six letters."""
    return (word[:-1] if len(word) > 4 and word.endswith("s") else word)[:6]


COMMON = frozenset(cut(word) for word in f"{_ENGLISH} {_PORTUGUESE} {_POLISH}".split())
