"""What the window says, in the languages of our customers. It comes with the first request, so the script stays small."""

from __future__ import annotations

from collections.abc import Mapping

Words = Mapping[str, str]
WORDS: Mapping[str, Words] = {
    "en": {
        "title": "Chat with us",
        "privacy": (
            "A person at {desk} reads what you write and answers here. What you write, the time, and the page you are on are kept "
            "with your request, to help you and to prove that we did. This page sets no cookie; until you close it, your "
            "browser remembers this chat. Do not write down passwords or card numbers. You can end the chat at any time, and "
            "ask {desk} what is kept about you and to delete it."
        ),
        "privacy_page": "More about privacy",
        "agree": "Agree and begin",
        "log": "What was said",
        "message": "Your message",
        "send": "Send",
        "file": "Add files",
        "close": "Close the window",
        "end": "End the chat",
        "ended": "The chat is over. What you wrote is kept with your request.",
        "again": "Begin a new chat",
        "us": "We",
        "you": "You",
        "leave": "If you have to go, leave an address: an answer that you have not seen goes there.",
        "email": "E-mail address (may stay empty)",
        "telephone": "Mobile number (may stay empty)",
        "keep": "Keep the address",
        "kept": "Kept. You may close this page.",
        "broken": "It was not sent. What you wrote is still here: try again.",
        "waiting": "No connection. We try again by ourselves.",
        "received": "Received. Somebody will answer here.",
    },
    "pt-br": {
        "title": "Fale conosco",
        "privacy": (
            "Uma pessoa de {desk} lê o que você escreve e responde aqui. O que você escreve, a hora e a página em que você está "
            "ficam guardados com o seu pedido, para ajudar você e para provar que ajudamos. Esta página não usa cookies; até "
            "você fechá-la, o navegador se lembra desta conversa. Não escreva senhas nem números de cartão. Você pode encerrar a "
            "conversa a qualquer momento e perguntar a {desk} o que está guardado sobre você e pedir que seja apagado."
        ),
        "privacy_page": "Mais sobre privacidade",
        "agree": "Concordar e começar",
        "log": "O que foi dito",
        "message": "Sua mensagem",
        "send": "Enviar",
        "file": "Anexar arquivos",
        "close": "Fechar a janela",
        "end": "Encerrar a conversa",
        "ended": "A conversa terminou. O que você escreveu fica guardado com o seu pedido.",
        "again": "Começar outra conversa",
        "us": "Nós",
        "you": "Você",
        "leave": "Se precisar sair, deixe um contato: a resposta que você não viu vai para lá.",
        "email": "E-mail (pode ficar vazio)",
        "telephone": "Celular (pode ficar vazio)",
        "keep": "Guardar o contato",
        "kept": "Guardado. Você pode fechar esta página.",
        "broken": "Não foi enviado. O que você escreveu continua aqui: tente de novo.",
        "waiting": "Sem conexão. Tentamos de novo automaticamente.",
        "received": "Recebido. Alguém vai responder aqui.",
    },
    "pl": {
        "title": "Napisz do nas",
        "privacy": (
            "To, co piszesz, czyta i odpowiada na to tutaj osoba z {desk}. Treść, godzina i strona, na której jesteś, są "
            "przechowywane razem z Twoją sprawą, żeby Ci pomóc i móc to wykazać. Ta strona nie zapisuje plików cookie; "
            "przeglądarka pamięta tę rozmowę, dopóki nie zamkniesz strony. Nie podawaj haseł ani numerów kart. Rozmowę możesz "
            "zakończyć w każdej chwili, a {desk} możesz zapytać, co o Tobie przechowuje, i poprosić o usunięcie."
        ),
        "privacy_page": "Więcej o prywatności",
        "agree": "Zgadzam się, zaczynamy",
        "log": "Przebieg rozmowy",
        "message": "Twoja wiadomość",
        "send": "Wyślij",
        "file": "Dodaj pliki",
        "close": "Zamknij okno",
        "end": "Zakończ rozmowę",
        "ended": "Rozmowa jest zakończona. To, co zostało napisane, jest przechowywane razem ze sprawą.",
        "again": "Zacznij nową rozmowę",
        "us": "My",
        "you": "Ty",
        "leave": "Jeśli musisz już iść, zostaw adres: tam trafi odpowiedź, której tu nie zobaczysz.",
        "email": "Adres e-mail (może zostać pusty)",
        "telephone": "Numer komórki (może zostać pusty)",
        "keep": "Zapisz adres",
        "kept": "Zapisano. Możesz zamknąć tę stronę.",
        "broken": "Nie wysłano. Twój tekst nadal tu jest: spróbuj ponownie.",
        "waiting": "Brak połączenia. Próbujemy sami ponownie.",
        "received": "Otrzymaliśmy. Ktoś odpowie tutaj.",
    },
}


def spoken(language: str) -> str:
    """The language in which the window can speak that is nearest to the asked one."""
    return next((code for code in WORDS if code[:2] == language[:2].lower()), "en")


def privacy(own: str, desk: str, language: str) -> str:
    """The text to which a person says yes: the company's own, else ours in this language."""
    return own.strip() or WORDS[spoken(language)]["privacy"].format(desk=desk)
