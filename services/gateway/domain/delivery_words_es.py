"""What `delivery_words` says, in Spanish: sentence by sentence, none left out."""

from collections.abc import Mapping
from types import MappingProxyType

from services.gateway.domain.delivery_words import Words

_ASK_THEM = "Pregúntales si llegó antes de enviarlo otra vez."
_BY_ITSELF = "No hay que hacer nada: se envía otra vez solo."
_LATER = "Inténtalo más tarde o llama."
SPANISH: Mapping[str, str] = MappingProxyType(
    {
        "": "",
        "This person has opted out of texts from this number.": (
            "Esta persona no quiere recibir mensajes de este número."
        ),
        "Do not text them; they can text START to this number.": (
            "No le escribas; puede enviar START a este número."
        ),
        "This number does not exist or is not written in full.": (
            "Este número no existe o no está completo."
        ),
        "Check the number and write it anew.": "Comprueba el número y escríbelo de nuevo.",
        "This phone cannot receive texts.": "Este teléfono no puede recibir mensajes.",
        "Call them, or ask for a mobile number.": "Llama o pide un número de móvil.",
        "The phone is off, out of reach or not in service.": (
            "El teléfono está apagado, sin cobertura o fuera de servicio."
        ),
        "Try again later, or call them.": _LATER,
        "The carrier took it for spam and held it back.": (
            "El operador lo tomó por spam y lo retuvo."
        ),
        "Write it differently, without short links; if it goes on, ask your carrier.": (
            "Escríbelo de otra manera, sin enlaces cortos; si continúa, pregunta a tu operador."
        ),
        "The carrier takes no more at this pace just now.": (
            "El operador no acepta más a este ritmo por ahora."
        ),
        "Nothing to do: it is sent again by itself.": _BY_ITSELF,
        "The day's limit of this number's registration is used up.": (
            "El límite diario del registro de este número está agotado."
        ),
        "It is sent again tomorrow by itself; ask your carrier for a higher limit.": (
            "Mañana se envía otra vez solo; pide a tu operador un límite mayor."
        ),
        "This number is not registered for business texts.": (
            "Este número no está registrado para mensajes de empresa."
        ),
        "An admin registers it with the carrier (10DLC brand and campaign, or toll-free).": (
            "Un administrador lo registra con el operador (marca y campaña 10DLC, o gratuito)."
        ),
        "The carrier did not accept our account or its settings.": (
            "El operador no aceptó nuestra cuenta o su configuración."
        ),
        "An admin checks the account's keys, its balance and whose number this is.": (
            "Un administrador comprueba las claves de la cuenta, su saldo y de quién es el número."
        ),
        "The account may not text to this country.": (
            "La cuenta no puede enviar mensajes a este país."
        ),
        "An admin allows the country at the carrier.": (
            "Un administrador permite el país en el operador."
        ),
        "The carrier does not let this number be texted.": (
            "El operador no permite escribir a este número."
        ),
        "Call them, or ask the carrier why.": "Llama o pregunta al operador por qué.",
        "The carrier or the network had trouble.": "El operador o la red tuvo problemas.",
        "If it did not go in the end, try again.": "Si al final no salió, inténtalo otra vez.",
        "The files were too big for the carrier.": (
            "Los archivos eran demasiado grandes para el operador."
        ),
        "Send fewer or smaller files.": "Envía menos archivos o más pequeños.",
        "No carrier account may send from this number.": (
            "Ninguna cuenta de operador puede enviar desde este número."
        ),
        "An admin gives the number an account.": "Un administrador da una cuenta al número.",
        "The text is longer than the carrier takes.": (
            "El mensaje es más largo de lo que acepta el operador."
        ),
        "Send it in parts.": "Envíalo en partes.",
        "It could not be sent in time, so it was not sent at all.": (
            "No se pudo enviar a tiempo, así que no se envió."
        ),
        "Send it again if it is still of use.": "Envíalo otra vez si todavía sirve.",
        "No carrier of this number takes files.": (
            "Ningún operador de este número acepta archivos."
        ),
        "Send the text without files.": "Envía el mensaje sin archivos.",
        "These are more files than the carrier takes.": (
            "Son más archivos de los que acepta el operador."
        ),
        "Send fewer.": "Envía menos.",
        "The carrier does not take files of this kind.": (
            "El operador no acepta archivos de este tipo."
        ),
        "Send a picture or a PDF instead.": "Envía una imagen o un PDF.",
        "Too many texts are already waiting to go to this number.": (
            "Ya hay demasiados mensajes en espera para este número."
        ),
        "Wait, then try again.": "Espera e inténtalo otra vez.",
        "The carrier could not be reached.": "No se pudo contactar con el operador.",
        "The carrier took the text and did not answer; it may have gone.": (
            "El operador tomó el mensaje y no respondió; puede que haya salido."
        ),
        "Ask them whether it arrived before you send it again.": _ASK_THEM,
        "The carrier took the text and gave it no number of its own; it may have gone.": (
            "El operador tomó el mensaje y no le dio número; puede que haya salido."
        ),
        "It waits for its turn at the number's pace.": "Espera su turno al ritmo del número.",
        "The carrier has taken it.": "El operador lo ha tomado.",
        "The carrier is about to hand it over.": "El operador está a punto de entregarlo.",
        "The carrier has handed it over to the phone's network.": (
            "El operador lo ha entregado a la red del teléfono."
        ),
        "It has arrived on the phone.": "Ha llegado al teléfono.",
        "The carrier did not take it just now.": "El operador no lo tomó por ahora.",
        "The carrier did not accept it.": "El operador no lo aceptó.",
        "Change it, then try again.": "Cámbialo e inténtalo otra vez.",
        "It was held back before it reached a carrier.": (
            "Se retuvo antes de llegar a un operador."
        ),
        "The network could not deliver it.": "La red no pudo entregarlo.",
        "The carrier could not send it.": "El operador no pudo enviarlo.",
        "The carrier reported something that we do not know; it changes nothing.": (
            "El operador informó de algo que no conocemos; no cambia nada."
        ),
    }
)


def spanish(words: Words) -> Words:
    """Say the same in Spanish."""
    return Words(SPANISH[words.text], SPANISH[words.advice])
