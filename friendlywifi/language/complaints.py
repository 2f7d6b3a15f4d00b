"""The complaints of the commands that a town hall uses, by their shape: from here they are told in Albanian.

A complaint is raised where something is wrong, in English, and told at the last wall. One whose shape is not
here stays English: better English than wrong. A test reads every complaint in the sources and looks whether
it is here; those of an engineer's commands (`ENGLISH_ONLY`) are not.
"""

from __future__ import annotations

from friendlywifi.language.spoken import later

ENGLISH_ONLY = (
    *("audit", "referencing", "sweeping"),
    *("checking/second_stage", "evidence/command", "evidence/replaying", "explain/asking_now", "lab/command"),
)
"""Modules and folders of commands for engineers and auditors."""

COMPLAINTS = (
    later("the argument %(argument)s is not UTF-8 text"),
    later("either --redact or --reveal"),
    later("--inclusion and --checkpoint go together: the one is read against the other"),
    later("--inclusion and --checkpoint are for a certificate: a code holds nothing that the log shows"),
    later("say with -o FILE where it is to be left"),
    later("%(path)s holds %(names)s bytes; a key has at least %(least)s"),
    later("a certification run of %(name)s was announced %(at)s UTC already, and no run was made since"),
    later("a withdrawal is final: say --yes, or answer at a terminal"),
    later("%(path)s cannot be used: %(clause)s"),
    later("run %(serial)s %(clause)s, so that it shows nothing"),
    later(
        "a person decides, and nobody is at the terminal; a script says --yes --decider NAME, and "
        "that person answers for it"
    ),
    later("--yes needs --decider NAME: a certificate is a person's act"),
    later(
        "who issues here, and where certificates are found, is not said: name and url under "
        "[issuer] in the configuration"
    ),
    later("not issued: %(clause)s"),
    later("[issuer] url is %(url)s: %(clause)s; it goes into the QR code"),
    later("[issuer] url is %(url)s: %(clause)s"),
    later("--since lies in the future: a key ends when it left your hands"),
    later("--since lies in the future"),
    later("who issues here is not said: name under [issuer] in the configuration"),
    later("nothing is written down about the end of %(name)s; retire it once more"),
    later(
        "there is no key %(name)s in %(directory)s; friendlywifi keys new %(other)s --for KIND "
        "makes one (evaluator, issuer or scheme), and friendlywifi keys list shows all"
    ),
    later("the key %(name)s has ended; friendlywifi keys list tells when and why"),
    later("the key %(name)s has ended and signs nothing any more"),
    later("%(path)s holds another key than %(file)s says"),
    later("the list of keys %(path)s cannot be read: %(clause)s"),
    later(
        "there is a key %(name)s already; give another name, or put a new one in its place with "
        "friendlywifi keys rotate %(other)s"
    ),
    later("the key %(name)s has ended already"),
    later("the key %(name)s cannot be opened: %(clause)s"),
    later("“%(name)s” is no name for a key: small letters, digits and hyphens, at most 40"),
    later("the key has ended, but %(directory)s cannot be removed (%(clause)s): remove it"),
    later("keys are kept in %(directory)s: %(clause)s"),
    later("there is no hotspot %(name)s; friendlywifi hotspot list shows all"),
    later("there is no hotspot %(name)s"),
    later(
        "the key %(name)s is %(given)s key, and this needs %(needed)s key; friendlywifi keys new "
        "NAME --for %(kind)s makes one"
    ),
    later("the passphrase is empty"),
    later(
        "a passphrase needs at least %(least)s characters; four words that nobody would put "
        "together are a good one"
    ),
    later(
        "the key needs its passphrase, and nobody is at the terminal: name a file with it "
        "(passphrase_file under [issuer]) or hand it in with --passphrase-fd"
    ),
    later("the passphrase cannot be read from descriptor %(descriptor)s: %(clause)s"),
    later("the passphrase is not UTF-8 text"),
    later("the two passphrases differ; nothing was made"),
    later("the log in the records is another one than was published; friendlywifi records verify"),
    later(
        "%(clause)s may be read by others of this machine, so it is no secret any more: take a new "
        "one (friendlywifi keys rotate), or, where nobody was here, chmod 600 %(path)s"
    ),
    later("%(clause)s belongs to another user of this machine"),
    later("others may put another file in the place of %(path)s; chmod 700 %(parent)s"),
    later("%(clause)s does not exist"),
    later("%(clause)s cannot be read: %(reason)s"),
    later("there is a file %(path)s already; nothing was written"),
    later("%(path)s cannot be written: %(clause)s"),
    later("the key %(path)s cannot be written: %(clause)s"),
    later(
        "no run here is the certification run of %(certificate)s; say with --hotspot of which hotspot it is"
    ),
    later("the certificate is by %(standard)s version %(version)s, which this program does not come with"),
    later(
        "whose certificates count is not said: give the scheme's list with --issuer FILE, or "
        "trusted_issuers under [trust] in the configuration"
    ),
    later("the key %(name)s is for TEST certificates only; --test asks for one"),
    later("a renewal rests on evidence of the last %(count)s days; --since can be %(fresh)s at the earliest"),
    later("there is a file %(path)s already; friendlywifi trust show %(other)s tells what it is"),
    later("give the exported key of an issuer, or --standard ID or FILE"),
    later("give the id of a key, as friendlywifi trust show tells it, or --standard ID or FILE"),
    later("%(option)s %(text)s: give a day or a time, like 2026-11-20 or 2026-11-20T14:30Z"),
    later("%(option)s %(text)s: give a time like 2026-11-22T15:00"),
    later("--at %(text)s: give a day like 2027-08-24, or a time like 2027-08-24T09:00"),
    later(
        "--connect-to %(text)s: give ADDRESS:PORT:ADDRESS:PORT, like "
        "203.0.113.7:443:127.0.0.1:8443 (IPv6 addresses in brackets)"
    ),
    later(
        "say who allowed this check: --authorised-by NAME, or authorised_by under [check] in the "
        "configuration. It goes into the report"
    ),
    later(
        "say who allowed the checks: --authorised-by NAME, or authorised_by under [check] in the "
        "configuration. It goes into every report"
    ),
    later("the target list %(path)s cannot be read: %(clause)s"),
    later("--resolver: %(clause)s"),
    later("there is no run in %(name)s"),
    later('"%(name)s" is no file, no folder, and no hotspot of ours; friendlywifi hotspot list shows all'),
    later("%(path)s: refused: %(clause)s"),
    later("%(path)s is no report: %(clause)s"),
    later("name certificates by their numbers, or say --all"),
    later("--authorised-by, --resolver and --connect-to belong to --now"),
    later("name the list: friendlywifi hotspot import FILE.csv; --template prints an empty one"),
    later('--again and --why go together: --again --why "new router"'),
    later("either --once or --due"),
    later("%(path)s may be read by others, so it proves nothing any more; chmod 600, or a new one"),
    later(
        "the vantage's key is kept in %(parent)s, which cannot be written (%(clause)s); set "
        "FRIENDLYWIFI_STATE to a folder that can"
    ),
    later('"%(name)s" is no bundle, and no run of a hotspot of that name is kept here'),
    later("%(path)s holds no %(name)s and is no unpacked one"),
    later("%(site)s began at %(time)s UTC, after that"),
    later("%(clause)s is larger than %(least)s MB; that cannot be right"),
    later("%(clause)s is to be a file, but there is a folder"),
    later("%(path)s is not UTF-8 text (byte %(at)s)"),
    later("%(directory)s is to be a folder for results, but there is a file"),
    later("%(directory)s cannot be used as a folder for results: %(clause)s"),
    later("%(hotspot)s, run %(serial)s: a report.json holds no observations; this form needs the bundle"),
    later(
        "this machine has made no check of %(name)s; make one there with friendlywifi check "
        '--hotspot "%(other)s", or name the bundle of a run'
    ),
    later("this machine has made no check of an enrolled hotspot; name the bundles, or their folder"),
    later("this machine has made no check of an enrolled hotspot; friendlywifi hotspot enrol %(name)s"),
    later('%(option)s "%(given)s" is unknown; %(hint)s'),
    later("binding_language under [issuer] is %(binds)s: there is %(names)s"),
    later("webhook under [mail]: %(clause)s"),
    later("say through which server letters go out: %(names)s under [mail] in the configuration"),
    later("[mail]: user and password_file are given both, or neither"),
    later("[mail]: %(clause)s"),
    later("%(path)s holds a password and can be read by others; chmod 600 %(other)s"),
    later("%(path)s is empty; it must hold the password of %(user)s"),
    later("security under [mail] is %(text)s: there is %(names)s"),
    later("%(key)s under [mail]: %(clause)s"),
    later(
        "%(path)s is no key of %(least)s bytes; networks seen before cannot be known again. "
        "Restore it, or remove it to begin anew"
    ),
    later(
        "the key of the networks' records, %(path)s, cannot be kept (%(clause)s); set "
        "FRIENDLYWIFI_STATE to a folder that can"
    ),
    later("what was to be printed cannot be written: %(clause)s"),
    later("say where: friendlywifi register publish DIR, or directory under [register] in the configuration"),
    later(
        "serve publishes the register by itself and needs the passphrase of the key: "
        "passphrase_file under [issuer], or no directory under [register]"
    ),
    later(
        "%(path)s is no backup of the records %(target)s: their journals differ. If you want it in "
        "their place, --force; they are kept aside"
    ),
    later(
        "the records %(target)s are newer than %(path)s: they hold 1 change since, the last of "
        "%(last)s, which would be lost. If you want that, --force; they are kept aside"
    ),
    later(
        "the records %(target)s are newer than %(path)s: they hold %(count)s changes since, the "
        "last of %(last)s, which would be lost. If you want that, --force; they are kept aside"
    ),
    later("there is no bundle (*.zip) in %(path)s"),
    later("a backup cannot be the records themselves"),
    later("the backup %(path)s does not exist"),
    later("%(path)s is not whole, so nothing was restored: %(clause)s"),
    later("no backup was made, for the records are damaged: %(clause)s"),
    later("%(path)s cannot be copied: %(clause)s"),
    later("there is no certificate %(certificate)s in the records"),
    later("the records %(path)s are to be a file, and there is a folder"),
    later("there are no records %(path)s yet; friendlywifi hotspot add begins them"),
    later("%(path)s is the database of another program, not the records of Friendly Wi-Fi"),
    later(
        "the records %(path)s were written by a newer version of Friendly Wi-Fi (form %(version)s, "
        "this one knows %(last)s); install that version again. Nothing was changed"
    ),
    later("the records %(path)s cannot be opened: %(clause)s"),
    later(
        "the run is of “%(hotspot)s”, not of “%(name)s”; check it there with friendlywifi check "
        '--hotspot "%(other)s"'
    ),
    later("the run is void, so nothing is known by it: %(sentence)s"),
    later("the run was made on the Wi-Fi “%(ssid)s”; %(name)s has %(names)s"),
    later(
        "the run saw neither the gateway's nor the access point's hardware address, so that the "
        "place could not be known again; make the check from a computer that is on its Wi-Fi"
    ),
    later("the bundle is refused: %(clause)s"),
    later("the run is refused, so nothing was enrolled: %(clause)s"),
    later(
        "this network is enrolled as %(name)s: are you at %(place)s? If both stand behind one "
        'router, say so: friendlywifi hotspot enrol %(hotspot)s BUNDLE --again --why "one router '
        'for both"'
    ),
    later(
        "%(name)s is enrolled already, and this run differs (%(told)s). If it was made there, say "
        'what changed: friendlywifi hotspot enrol %(hotspot)s BUNDLE --again --why "new router"'
    ),
    later('%(name)s is enrolled already; say with --again --why what changed there, like --why "new router"'),
    later("the records %(path)s: %(clause)s"),
    later(
        "the records %(path)s cannot be written: %(clause)s. Nothing of this last step was kept "
        "and nothing before it was lost; make room on the disk and do it again"
    ),
    later(
        "the records %(path)s are damaged (%(clause)s). Do not delete the file; go back to a "
        "backup with friendlywifi records restore BACKUP, which puts the damaged file aside"
    ),
    later("the records %(path)s are being written by another program; try again in a minute"),
    later("the records %(path)s may not be written by this user"),
    later("%(name)s is empty; friendlywifi hotspot import --template prints the headings"),
    later(
        "%(name)s, row %(row)s: %(clause)s. A column for your own notes may be called “notes”; "
        "friendlywifi hotspot import --template prints every heading. Nothing was imported"
    ),
    later("another hotspot is called “%(name)s” already"),
    later(
        "there is a hotspot %(hotspot)s or one called “%(name)s” already; friendlywifi hotspot list shows all"
    ),
    later(
        "another run %(serial)s of %(hotspot)s by the same vantage is here already: one number was used twice"
    ),
    later("%(name)s is a workbook, not a CSV file; in Excel: Save As, “CSV UTF-8 (Comma delimited)”"),
    later("%(name)s is no spreadsheet: it is a PDF, a picture or another file; save the list as “CSV UTF-8”"),
    later("%(name)s is no text file"),
    later("%(name)s, near line %(row)s: %(clause)s; is a quotation mark missing?"),
    later(
        "%(name)s is not UTF-8 (line %(row)s, at “%(text)s”): it was probably saved as plain "
        "“CSV”, which is Windows-1252. In Excel: Save As, “CSV UTF-8 (Comma delimited)”. Nothing "
        "was imported"
    ),
    later("%(name)s begins as UTF-16 text and is none (byte %(at)s)"),
    later("the evidence cannot be kept in %(directory)s: %(clause)s"),
    later("another program is publishing to %(directory)s; try again in a minute"),
    later("%(directory)s cannot be used for the register: %(clause)s"),
    later(
        "%(directory)s holds other files (%(names)s), and the register would be written over them; "
        "give it an empty folder of its own"
    ),
    later(
        "%(directory)s holds another register than %(url)s; [issuer] url never changes once signs "
        "are hung up, for their codes lead there"
    ),
    later("the register is signed with a key that is in force; this one is not among them"),
    later("-o goes with --dry-run: it leaves the letters as files instead of sending them"),
    later("message %(name)s neither failed nor is unknown; friendlywifi reminders due shows those that are"),
    later("--first goes with one bundle, not with a folder of them"),
    later("--reveal and --key belong to --format csv, jsonl, junit and ooni: the other forms name no target"),
    later("a PDF is no text for a terminal; say with -o FILE where it is to be left"),
    later('%(path)s is a run of "%(hotspot)s", and this is "%(name)s"'),
    later("%(path)s was judged by another standard: a second sample is of the same one"),
    later("%(path)s is a second sample itself, and there is no third"),
    later("%(path)s left no sample open that this standard gives a second one"),
    later(
        "runs are numbered in %(directory)s, which cannot be written (%(clause)s); set "
        "FRIENDLYWIFI_STATE to a folder that can"
    ),
    later("run %(serial)s counts as aborted before it began: %(clause)s"),
    later("%(directory)s cannot be written (%(clause)s)"),
    later("the mail server takes no letters: %(clause)s"),
    later(
        "%(name)s is visited on rounds; serve makes checks only where a probe stays. friendlywifi "
        "serve --due lists what is due where"
    ),
    later("%(name)s is visited on rounds; serve makes checks only where its probe stays"),
    later(
        "%(name)s is not enrolled; make a check there, and then friendlywifi hotspot enrol %(hotspot)s BUNDLE"
    ),
    later("the run %(serial)s of %(name)s does not count: %(clause)s"),
    later("there is nothing to measure with"),
    later("an environment variable %(prefix)s* is wrong: %(clause)s"),
    later("unknown environment variable %(name)s; known are %(names)s"),
    later("the environment variable %(name)s is not UTF-8 text"),
    later('there is no standard "%(name)s"; %(hint)s'),
    later("a part of the work was ended from outside, perhaps for want of memory"),
    later("%(option)s: “%(text)s” are no hours; write them like 22:00-05:30"),
    later('two lists have the id "%(name)s"; give each its own'),
    later("the draft is of the key %(key)s, and %(name)s is %(other)s"),
    later("%(path)s is no key as friendlywifi keys export leaves it: %(clause)s"),
    later(
        "%(path)s is no draft of a list (%(clause)s); friendlywifi trust new begins one, and a "
        "signed list is made from it"
    ),
    later("%(name)s is %(value)s key; a scheme lists the keys of issuers"),
    later("%(path)s is the key of %(value)s; a list holds the keys of issuers"),
    later("%(standard)s has no texts in Albanian"),
    later(
        "this machine asks a forwarder of its own at %(address)s, and whom that asks cannot be "
        "seen; switch it off, or name the hotspot's resolver with --resolver"
    ),
    later(
        "this machine has no resolver, so it is on no network; join the hotspot, or name a "
        "resolver with --resolver. %(sentence)s"
    ),
    later("interrupted; nothing half-written is left"),
    later("unknown setting [%(table)s] %(name)s"),
    later("there is no run%(clause)s in %(path)s"),
    later('"%(name)s" is no bundle, and no run of a hotspot of that name%(clause)s is kept here'),
    later("--lang %(text)s: there is %(names)s"),
    later("this machine has made no check of an enrolled hotspot; %(hint)s"),
    later("a log of %(count)s entries was published already, and this one has %(other)s"),
    later(
        "%(directory)s holds a newer register (%(count)s entries) than these records (%(other)s): %(clause)s"
    ),
    later(
        "%(directory)s holds another register than these records: the first %(count)s entries of "
        "the logs differ. Were two machines issuing with one series? %(clause)s"
    ),
    later(
        "what was published in %(directory)s cannot be believed: %(clause)s Nothing was written; "
        "look who else writes there, or publish to an empty folder"
    ),
    later(
        "%(path)s is not the list that was published there (%(clause)s); nothing was written, for "
        "it might forget what was withdrawn"
    ),
    later("%(path)s: %(clause)s Nothing was written"),
    later(
        "%(path)s calls itself %(standard)s %(version)s, as a standard does that comes with the "
        "program, and is another one: give it an id of its own"
    ),
    later("Missing option '%(option)s'. Choose from: %(names)s"),
    later("Missing option '%(option)s'."),
    later("Missing argument '%(name)s'. Choose from: %(names)s"),
    later("Missing argument '%(name)s'."),
    later("Missing command."),
    later("No such command '%(name)s'. Did you mean %(names)s?"),
    later("No such command '%(name)s'."),
    later("No such option: %(name)s Did you mean %(names)s?"),
    later("No such option: %(name)s (Possible options: %(names)s)"),
    later("No such option: %(name)s"),
    later("Got unexpected extra argument(s) (%(names)s)"),
    later("Option '%(option)s' requires an argument."),
    later("Option '%(option)s' does not take a value."),
    later("Invalid value for '%(option)s': %(clause)s"),
    later("Invalid value for '%(option)s' (env var: '%(name)s'): %(clause)s"),
    later(
        "there are %(count)s runs since %(time)s, and a request holds at most %(least)s: let the "
        'period begin later, as with --since %(other)s --because "a request holds %(names)s runs"'
    ),
    later(
        "%(name)s, called “%(called)s”, could be taken for %(other)s: the name of one is the id of the other"
    ),
    later("unknown environment variable %(name)s, did you mean %(other)s?"),
)

CLAUSES = (
    later("No such file or directory"),
    later("Permission denied"),
    later("Read-only file system"),
    later("No space left on device"),
    later("Is a directory"),
    later("Not a directory"),
    later("File exists"),
    later("the certificate %(path)s"),
    later("the configuration file %(path)s"),
    later("the list of issuers %(path)s"),
    later("the list %(path)s"),
    later("the bundle %(path)s"),
    later("the request %(path)s"),
    later("the report %(path)s"),
    later("the reference %(path)s"),
    later("the key %(path)s"),
    later("the key of the PDF %(path)s"),
    later("the signing key %(path)s"),
    later("the passphrase %(path)s"),
    later("the password file of [mail] %(path)s"),
    later("the status %(path)s"),
    later("the attestations %(path)s"),
    later("the standard %(path)s"),
    later("the vantage's key %(path)s"),
    later(" in that time"),
    later(" before that time"),
    later("bring back a newer backup with friendlywifi records restore; nothing was written"),
    later("%(text)s is not one of %(names)s."),
    later("%(text)s is not a valid integer."),
    later('unknown key "%(name)s", did you mean "%(other)s"?'),
    later('unknown key "%(name)s"; known are %(names)s'),
    later('"%(name)s" must be a whole number, not %(text)s'),
    later('"%(name)s" must be text, not %(text)s'),
    later('"%(name)s" is missing'),
    later('"%(name)s" is missing in %(other)s'),
    later("not valid TOML: %(text)s"),
    later("%(text)s is no address with a port (192.0.2.1:53, [2001:db8::1]:53)"),
    later("a did:web stands for an https address without a query"),
    later('did you mean "%(name)s"?'),
    later("known are %(names)s"),
    later("The trust list"),
    later("known are %(names)s; or give a .toml file"),
    later("The trust list was changed after it was signed."),
)
"""What stands inside of a complaint: the thing that is meant, and the system's own words."""

OF_A_FILE = (later("%(path)s: %(clause)s"),)
"""A fault of a file, told by whoever read it."""

DOCTOR = (
    later("program"),
    later("configuration"),
    later("resolvers"),
    later("network"),
    later("hosts file"),
    later("own forwarder"),
    later("encrypted DNS"),
    later("lease"),
    later("proxy"),
    later("certificates"),
    later("beside it"),
    later("run numbers"),
    later("friendlywifi %(version)s on Python %(other)s"),
    later("no file, defaults; nobody is named who allows checks"),
    later("no file, defaults; checks are allowed by %(name)s"),
    later("from %(path)s; nobody is named who allows checks"),
    later("from %(path)s; checks are allowed by %(name)s"),
    later("give --authorised-by with each check, or authorised_by under [check]"),
    later("%(names)s (given by the network)"),
    later("%(names)s (in use; who set them is not known)"),
    later("%(names)s (given by the network, behind the local stub %(address)s)"),
    later("%(names)s (in use; who set them is not known, behind the local stub %(address)s)"),
    later("has a way out"),
    later("has none; its questions do not apply"),
    later("no interface, wired or wireless is unknown"),
    later("no interface, wired"),
    later("%(name)s, wired or wireless is unknown"),
    later("%(name)s, wired"),
    later("%(name)s, wireless"),
    later("%(name)s, wireless “%(ssid)s”"),
    later("unknown, and so not on record: %(clauses)s"),
    later("its name"),
    later("its access point"),
    later("its gateway"),
    later("the resolvers that it gave"),
    later("none carries this machine's traffic"),
    later("answers none of the names"),
    later("none that hides whom it asks"),
    later("the system does not insist on it"),
    later("the resolvers in use are those that the network gave"),
    later("none set"),
    later("no lease can be read, so nobody can tell whether the resolvers are the network's own"),
    later("antivirus and roots of this machine's own show during a check only"),
    later("switch it off"),
    later("switch it off, or use --resolver"),
    later("take these lines out of /etc/hosts"),
    later("take the resolvers that somebody set by hand out of the network settings"),
    later("unset these variables"),
    later("set FRIENDLYWIFI_STATE to a folder that can"),
    later("kept in %(path)s"),
    later("This machine has no /etc/resolv.conf."),
    later("The system names no resolver in /etc/resolv.conf."),
    later("The system names other resolvers beside the local forwarder; they are measured too."),
    later("%(address)s names no interface, so it cannot be asked."),
    later("own IPv6"),
    later("not switched off"),
    later("switch it on: visitors' devices use it where the network has it (sysctl disable_ipv6=0)"),
    later("unknown"),
)
"""What `doctor` says of this machine, cell by cell."""

CELLS = (
    later("is missing"),
    later("has %(count)s characters; at most %(least)s fit"),
    later("is missing, and the other one is given"),
    later("has small letters, digits and hyphens only, like %(name)s"),
    later("cannot be made from this name; give one, like library-7"),
    later("is missing: the name of its Wi-Fi, as phones show it"),
    later("“%(ssid)s” has %(count)s bytes; a Wi-Fi's name has at most 32"),
    later("“%(ssid)s” holds signs that cannot be seen or doubled spaces"),
    later("holds a name twice"),
    later("holds %(count)s names; a certificate has room for %(least)s"),
    later("is missing: %(name)s could not be written to"),
    later("is no mail address, like name@bashkia.example"),
    later("is no number of degrees, like 41.3275"),
    later("must lie between -%(least)s and %(count)s degrees"),
    later("is no time zone"),
    later("is no time zone; did you mean %(name)s?"),
    later("is no standard; known are %(names)s"),
    later("is not like 08:00-16:00"),
    later("must begin before it ends, on one day"),
    later("must be resident or rounds"),
    later("must be sq or en"),
    later("stands in column %(name)s, which has no heading"),
    later("stands in row %(row)s too"),
    later("%(name)s is here already with another %(names)s; --update changes it"),
)
"""What is wrong with one cell of a list of hotspots."""
