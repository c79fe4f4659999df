import type { Figures } from "./api";
import type { en } from "./words.en";

export const es: typeof en = {
  title: "Uso",
  usage: "Uso de SMS",
  period: "Período",
  periods: { today: "Hoy", week: "Últimos 7 días", month: "Últimos 30 días", this: "Este mes" },
  figures: {
    sent: "Enviados",
    received: "Recibidos",
    mms: "MMS",
    segments: "Segmentos",
    failed: "Fallidos",
  },
  hints: {
    sent: "Mensajes entregados a un operador, uno por destinatario e intento",
    received: "Mensajes de fuera",
    mms: "De ambos, los que llevan archivos",
    segments: "Lo que cuentan los operadores: un texto largo son varios",
    failed: "Retenidos, rechazados o no entregados",
  },
  outAndIn: (out: number, back: number) => `${out} enviados, ${back} recibidos`,
  byDay: "Por día",
  byNumber: "Por número",
  byPerson: "Por extensión",
  day: "Día",
  number: "Número",
  person: "Extensión",
  total: "Total",
  nobody: "Compartido y automático",
  chart: (from: string, to: string, total: Figures, most: string) =>
    `Mensajes por día, del ${from} al ${to}: ${total.sent} enviados, ${total.received} recibidos${most}`,
  most: (day: string, sent: number, received: number) =>
    `; el máximo el ${day}, ${sent} enviados y ${received} recibidos`,
  csv: { day: "CSV por día", number: "CSV por número", person: "CSV por extensión" },
  zone: (zone: string) => `Días en ${zone}`,
  nothing: "El uso de SMS aparece cuando al menos una persona tiene SMS activado.",
  openExtensions: "Abrir extensiones",
  couldNot: "No se pudo cargar.",
};
