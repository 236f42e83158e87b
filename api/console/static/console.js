import "./drafts.js";
import "./writing.js";
import "./talk.js";
import "./player.js";
