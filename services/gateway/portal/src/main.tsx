/** The portal begins: language first, so that nothing is ever shown in the wrong one. */
import { createRoot } from "react-dom/client";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/forced.css";
import { App } from "./app/App";
import { chooseLanguage } from "./strings";
import { standInLine } from "./sync/leading";
import { start } from "./sync/session";

await chooseLanguage();
const root = document.getElementById("app");
if (root) createRoot(root).render(<App />);
standInLine();
void start();
