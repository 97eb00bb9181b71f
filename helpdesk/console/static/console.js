// The console in the browser: pages work without this; with it they follow the desk, keep drafts and listen to keys.
import { startClocks } from "./clock.js";
import { startConfirmations, startDialogs, startForms } from "./form.js";
import { startDrafts } from "./draft.js";
import { startEdits } from "./edit.js";
import { startKeys } from "./key.js";
import { startLive } from "./live.js";
import { startAlerts } from "./alert.js";
import { startPresence } from "./presence.js";
import { startSnippets } from "./snippet.js";

startLive(); // first: it remembers what the server sent before others touch it
startClocks();
startDrafts();
startConfirmations();
startDialogs();
startForms();
startEdits();
startAlerts();
startPresence();
startSnippets();
startKeys();
document.documentElement.dataset.ready = "1";
