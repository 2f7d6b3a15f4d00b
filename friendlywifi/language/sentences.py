"""The English sentences that records hold, by their shape: from here they are told in another language.

Each is what one line of `criteria`, `certificates` or `friendlywifi` makes. A test runs the emulated hotspots
and every answer of `verify`, and fails where one of them makes a sentence that is not here.
"""

from __future__ import annotations

from friendlywifi.language.spoken import later, laters

PLAIN = (
    later("Encrypted DNS was not tried, so nothing was tested."),
    later("No foreign resolver was asked, so nothing was tested."),
    later("No filter vendor was declared, and another vendor's test names prove nothing."),
    later("No list of ordered names was given, so nothing was tested."),
    later("Nothing was seen blocked, so nothing was explained."),
    later("SafeSearch was not looked at, so nothing was tested."),
    later("The check is void: %(sentence)s"),
    later("This is judged over a period, not in one check."),
    later("This standard does not ask for it; national profiles may."),
    later("This standard has no further categories."),
    later("%(number)s of %(of)s statements have not been declared."),
    later("Declared by %(who)s. Declared, never measured."),
    later("%(category)s: no names were listed."),
    later(
        "%(category)s: %(number)s of %(of)s blocked, %(share)s %% (at least %(bound)s %% at 95 %% "
        "confidence; %(wanted)s %% of at least %(limit)s names are needed)."
    ),
    later("%(number)s of %(of)s ways over encrypted DNS stand open."),
    later("%(number)s of 1 way over encrypted DNS stand open."),
    later("No way over encrypted DNS was seen open, but %(number)s could not be decided."),
    later("No way over encrypted DNS was seen open, but not tried: %(names)s."),
    later(
        "No way over encrypted DNS was seen open, but %(number)s could not be decided; not tried: %(names)s."
    ),
    later("%(number)s of %(of)s blocks came with a block page or an extended DNS error."),
    later("Whether a page names a reason and a contact was not read."),
    later("%(number)s of %(of)s ways to a foreign resolver gave real addresses."),
    later("%(number)s of 1 way to a foreign resolver gave real addresses."),
    later("No foreign resolver gave a real address, but %(names)s."),
    later("No %(category)s names were listed, so nothing was tested."),
    later("%(number)s of %(of)s %(category)s names blocked."),
    later("%(number)s of 1 %(category)s name blocked."),
    later("%(number)s of %(of)s %(category)s names could not be decided."),
    later("%(number)s of 1 %(category)s name could not be decided."),
    later("None of %(of)s %(category)s names was blocked."),
    later("None of 1 %(category)s name was blocked."),
    later("Every %(category)s name is dead: nothing shows that help can be reached."),
    later("%(number)s of %(of)s live ordered names opened."),
    later("%(number)s of 1 live ordered name opened."),
    later("%(number)s of %(of)s ordered names could not be decided."),
    later("%(number)s of 1 ordered name could not be decided."),
    later("Every ordered name is dead: nothing shows that the order is carried out."),
    later("No ordered name is overdue, but %(names)s."),
    later("No name of the order is due yet."),
    later("%(number)s of %(of)s live ordered names blocked."),
    later("%(number)s of 1 live ordered name blocked."),
    later("%(number)s of %(of)s general names blocked wrongly: at most %(bound)s %% at 95 %% confidence."),
    later(
        "%(number)s of %(of)s general names blocked wrongly, %(share)s %%: at most %(limit)s %% are "
        "allowed, and an upper bound of %(wanted)s %% (it is %(bound)s %%)."
    ),
    later(
        "%(number)s of %(of)s general names blocked wrongly, and at least %(limit)s live names are needed."
    ),
    later(
        "%(number)s of %(of)s general names blocked wrongly, and %(rest)s could not be decided: enough "
        "to change the result."
    ),
    later("No %(category)s name with a rank was listed, so nothing was tested."),
    later("%(number)s of the %(of)s best-known %(category)s names opened."),
    later("%(number)s of the %(of)s best-known %(category)s names could not be decided."),
    later("%(number)s of the %(of)s best-known %(category)s names were blocked."),
    later("%(wanted)s live best-known %(category)s names are needed, and %(number)s of %(of)s are live."),
    later("%(number)s of %(of)s answers were not, or only partly, restricted."),
    later("%(number)s of %(of)s answers were restricted."),
    later("%(number)s restricted, %(rest)s undecided, %(of)s of the engines not asked."),
    later("No %(category)s names were listed besides the best-known ones, so no sample was drawn."),
    later(
        "%(number)s of %(of)s live %(category)s names drawn at random were blocked: at least %(bound)s "
        "%% at 95 %% confidence."
    ),
    later(
        "%(number)s of %(of)s live %(category)s names drawn at random were blocked, %(share)s %%: less "
        "than %(wanted)s %%."
    ),
    later(
        "%(number)s of %(of)s live %(category)s names drawn at random were blocked, %(share)s %%, but so"
        " many names show only %(bound)s %% at 95 %% confidence, and %(wanted)s %% are needed."
    ),
    later(
        "%(number)s of %(of)s live %(category)s names drawn at random were blocked, %(share)s %%, but so"
        " many names show only %(bound)s %% at 95 %% confidence, and %(wanted)s %% are needed: a second "
        "sample of %(rest)s other names may decide."
    ),
    later(
        "%(number)s of %(of)s live %(category)s names drawn at random were blocked, and at least "
        "%(limit)s live names are needed to show %(wanted)s %%."
    ),
    later(
        "%(number)s of %(of)s live %(category)s names drawn at random were blocked, and %(rest)s could "
        "not be decided: enough to change the result."
    ),
    later("Left out as dead: %(number)s."),
    later("No authorised sentinel was listed, so nothing was tested."),
    later("%(number)s of %(of)s authorised sentinels opened."),
    later("%(number)s of 1 authorised sentinel opened."),
    later("%(number)s of %(of)s authorised sentinels could not be decided."),
    later("%(number)s of 1 authorised sentinel could not be decided."),
    later("%(number)s of %(of)s authorised sentinels blocked."),
    later("%(number)s of 1 authorised sentinel blocked."),
    later("This is coverage of the lists that were used (%(names)s)."),
    later("The names are from lists of %(number)s origins that are not the filter's own (%(names)s)."),
    later('%(number)s of %(of)s drawn names are in the filter\'s own list "%(names)s".'),
    later("The run was broken off before its end."),
    later("Nothing was observed."),
    later("The network was another one after the run than before it (%(names)s)."),
    later("A login page of the network answers in place of the pages that were asked for: %(names)s."),
    later("A login page of the network answers in place of the pages that were asked for."),
    later("Names that cannot exist get the same address as names that must open."),
    later("This machine's clock is wrong: it is off by %(seconds)s seconds."),
    later("Too many names that must open did not: %(number)s of %(of)s came right."),
    later("The network works: %(number)s of %(of)s controls came right."),
    later("This network has no %(names)s: nothing was judged by it."),
    later("%(names)s has addresses here and no path: nothing was judged by it."),
    later("At the resolver %(names)s no control came right: it is not judged, and not passed."),
    later("Names that must open fail here each time, while others open: %(names)s."),
    later(
        "The resolver %(names)s gives %(addresses)s for names that cannot exist; here that counts as "
        "saying that they do not."
    ),
    later("The resolver %(names)s does not answer with EDNS, so it could not say why it blocks."),
    later("This network embeds IPv4 addresses in %(names)s (NAT64, RFC 7050)."),
    later(
        "%(number)s unrelated names had one and the same key, in certificates by %(names)s: somebody "
        "stands in between."
    ),
    later(
        "Encrypted connections are opened on the way, also those of names that must open: the "
        "certificates are by %(names)s."
    ),
    later("Whoever enters %(names)s as DNS server in the settings of a phone or laptop is not filtered."),
    later("A phone whose private DNS is set to %(names)s is not filtered."),
    later("A browser whose secure DNS is set to %(names)s is not filtered."),
    later("An app that asks %(names)s for its names is not filtered."),
    later("A browser that speaks HTTP/3 opens %(names)s, which is blocked over TCP."),
    later(
        "Firefox may encrypt its questions by itself and go around the filter, because %(names)s has an "
        "address here."
    ),
    later(
        "An iPhone, iPad or Mac with iCloud Private Relay goes around the filter by itself, because "
        "%(names)s has its address here."
    ),
    later(
        "Devices that follow the designation of the resolver %(names)s are led to one that does not filter."
    ),
    later("Whoever knows the address of a blocked site, by an app or a line in a file, opens it: %(names)s."),
    later("Whoever types %(names)s gets to a site whose other name is blocked."),
    later(
        "A browser that reads the HTTPS record of %(names)s is told where that site is, although its "
        "addresses are withheld."
    ),
    later("So it is with %(number)s more."),
    later("A device that brings its own encrypted DNS is not filtered here."),
    later("Time and place are declared by the issuer."),
    later("This check was made with overrides: it cannot become a hotspot's certificate."),
    later("The certificate is intact, but the issuer is not recognised: no trust list was given."),
    later(
        "The certificate is intact, but the issuer is not recognised: the list of %(names)s does not "
        "hold its key."
    ),
    later(
        "The certificate is intact, but the issuer is not recognised: it says %(names)s, and its key "
        "belongs to %(others)s."
    ),
    later(
        "The certificate is intact, but the standard is not recognised: the list of %(names)s does not "
        "hold %(standard)s version %(version)s with this digest."
    ),
    later("The record in the PDF cannot be set in type, so that the face is not its own."),
    later("The face is not the one this certificate makes: the PDF was changed."),
    later("The printed face is the one that this certificate makes, byte for byte."),
    later(
        "The PDF is signed by %(names)s at %(time)s (%(how)s); a PDF viewer tells whether it knows that "
        "signer."
    ),
    later(
        "The face was not compared: it was set by another version of the program. Only the signed record"
        " inside was checked; read the place, the dates and the number here, not on the paper."
    ),
    later("The certificate expired on %(day)s."),
    later("The certificate is not yet valid: it was issued on %(time)s."),
    later(
        "This is a TEST certificate: it was made to try the software and certifies nothing about any "
        "real place."
    ),
    later("TEST: made to try the software; it certifies nothing about any real place."),
    later("The certificate is suspended by its issuer."),
    later("The certificate was withdrawn by its issuer."),
    later("The certificate expired, says its issuer."),
    later("The certificate was replaced by a newer one."),
    later("The key of the issuer was not in force on %(day)s, when this was issued."),
    later("The key of the issuer may sign TEST certificates only, and this one does not say TEST."),
    later(
        "The key of the issuer was lost or leaked, and this is none of the certificates that were signed"
        " before."
    ),
    later(
        "The key of the issuer was lost or leaked, and a code does not show whether it was signed before:"
        " verify the certificate itself."
    ),
    later("Place: %(names)s. Networks: %(networks)s."),
    later("Issued %(time)s by %(names)s."),
    later("Provisional until %(time)s."),
    later("Valid until %(time)s."),
    later("The key of the issuer is %(names)s."),
    later("Standard %(names)s, version %(version)s, %(digest)s."),
    later("Unwitnessed: %(sentence)s."),
    later("Its status today is %(word)s."),
    later("Whether it was suspended or withdrawn since was not checked; ask at %(names)s"),
    later(
        "The certificate is genuine and in time, but whether it was suspended or withdrawn was not "
        "checked, and that was required."
    ),
    later(
        "The certificate (%(certificate)s, %(names)s) is %(word)s, and valid until %(day)s; its status "
        "was checked."
    ),
    later(
        "The certificate (%(certificate)s, %(names)s) is %(word)s, and valid until %(day)s; its status "
        "today was not checked."
    ),
    later(
        "The record inside (%(certificate)s, %(names)s) is %(word)s, and valid until %(day)s; its status"
        " was checked and the face was not compared."
    ),
    later(
        "The record inside (%(certificate)s, %(names)s) is %(word)s, and valid until %(day)s; its status"
        " today was not checked and the face was not compared."
    ),
    later("This certainly fails: %(criterion)s. %(sentence)s"),
    later("%(criterion)s: %(sentence)s"),
    later("This check passes the standard."),
    later("It passes, but for at most 90 days."),
    later("A second, larger sample may decide."),
    later("This check does not pass the standard."),
    later("Nothing is claimed, either way."),
    later("Not everything could be decided, and what was decided does not pass."),
    later("unsigned"),
    later("signed by %(names)s"),
    later("signed by %(names)s, which is not a trusted key"),
    later("dated in the future"),
    later("from today"),
    later(
        "About to ask %(names)s for %(number)s names (%(of)s adult ones, by DNS or handshake only), to "
        "try %(rest)s ways around the filter (other resolvers, encrypted ones too), and to open test and"
        " control pages on this machine only, allowed by %(who)s."
    ),
    later(
        "About to ask %(names)s for %(number)s names (%(of)s adult ones, by DNS or handshake only), to "
        "try %(rest)s ways around the filter (other resolvers, encrypted ones too), and to open test and"
        " control pages on the Internet, allowed by %(who)s."
    ),
    later("no control is visited beyond DNS, so that nothing can show that pages really open"),
    later("nobody witnesses time and place, and this standard requires it"),
    later(
        "the filter signs its blocks: %(number)s of %(of)s names that must be blocked have no known "
        "truth, so that silence proves nothing about them"
    ),
    later("no list of ordered names is given"),
    later("no authorised sentinel is listed"),
    later("no %(category)s names are listed"),
    later("%(number)s %(category)s names with a rank are needed, and none is listed"),
    later("%(number)s live %(category)s names with a rank are needed, and only %(of)s are listed"),
    later("%(number)s live %(category)s names with a rank are needed, and only 1 is listed"),
    later(
        "%(number)s %(category)s names with a known truth, or a filter that signs its blocks, are needed"
        " besides the best-known ones, and none is listed"
    ),
    later(
        "%(number)s %(category)s names with a known truth, or a filter that signs its blocks, are needed"
        " besides the best-known ones, and only %(of)s are listed"
    ),
    later("%(number)s %(category)s names are needed, and only %(of)s are listed"),
    later("%(number)s %(category)s names are needed, and only 1 is listed"),
    later("%(number)s %(category)s names are needed, and none is listed"),
    later("no foreign resolver is listed for %(names)s"),
    later("No reference: %(number)s of %(of)s names that must be blocked have no known truth."),
    later(
        "Reference %(names)s: %(clause)s, %(signed)s; %(number)s of %(of)s names that must be blocked "
        "have no known truth; too old on %(when)s (this standard allows %(days)s days)."
    ),
    later(
        "Reference %(names)s: %(clause)s, %(signed)s; %(number)s of %(of)s names that must be blocked "
        "have no known truth; too old since %(when)s, so that only what was confirmed since counts (this"
        " standard allows %(days)s days)."
    ),
    later(
        "The resolver %(names)s changes the letters of names (case is not kept): resolvers that protect "
        "themselves by it (0x20) cannot use it."
    ),
    later("The resolver %(names)s did not answer for a name in mixed case."),
    later("Somebody reads along in plain HTTP: the header %(names)s came there and not from the origin."),
    later("Somebody reads along in plain HTTP: the headers %(names)s came there and not from the origin."),
    later("This machine, not the network, would be measured: %(names)s."),
    later("Browsers on this machine are set to ask encrypted (%(names)s)."),
    later("%(names)s runs on this machine: a browser here may see another network."),
    later(
        "The certificate is genuine and in time, but whether it was suspended or withdrawn was not "
        "checked, and that was required."
    ),
    later("The file is not a certificate: %(names)s."),
    later("The file is a web page, which anybody can write: hand in certificate.pdf or certificate.json."),
    later("The file is a credential, for wallets: hand in certificate.pdf or certificate.json."),
    later(
        "The file is a handover, for friendlywifi certify record: hand in certificate.pdf or "
        "certificate.json."
    ),
    later(
        "An address alone shows nothing: hand in the whole code with what follows the #, in quotation marks."
    ),
    later("The file is far longer than any certificate."),
    later("The file was changed after it was issued: it is not in its one written form."),
    later("The certificate holds no usable key."),
    later("The certificate does not agree with itself about whose key signed it."),
    later("The signature is not in its one base64 form."),
    later("The signature does not fit: the certificate is forged or was changed after it was issued."),
    later("The PDF is far longer than any certificate."),
    later("The PDF is damaged."),
    later("The PDF holds no certificate.json."),
    later("The certificate in the PDF is packed in a way that certificates are not."),
    later("The certificate in the PDF is far longer than any certificate."),
    later("The trust list of %(names)s is taken on your word; its key is %(others)s."),
    later("Compare it with one you got from the scheme itself."),
    later("The trust list is of %(day)s."),
    later("It is entry %(number)s of %(of)s in the public log %(names)s."),
    later(
        "The printed face was set by another version of the program, and is byte for byte the one that its "
        "issuer logged."
    ),
    later("The certificate is intact, but it was not shown that it stands in the public log of its issuer."),
    later("The proof that it stands in the log is far longer than any proof."),
    later("The proof that it stands in the log cannot be read."),
    later("The proof is of another state of the log than the checkpoint: both must be of one publication."),
    later("The proof does not lead to the root that the checkpoint names."),
    later("The proof is of another certificate."),
    later("The checkpoint is not signed by its log."),
    later("A signature under the checkpoint does not hold."),
    later("The text is no signed note."),
    later("The note is no checkpoint of this log."),
    later("A witness gives a time that no calendar holds."),
    later("The trust list is of %(day)s, %(number)s days ago: a key that was lost since is still in it."),
    later("The scheme gives the newest one."),
    later("The trust list says that it is of %(day)s, which is still to come: a clock is wrong."),
    later("The trust list is signed by the configured scheme, %(names)s."),
    later("Its status today is %(word)s."),
    later("That protects, and is no fault."),
    later("%(number)s of %(of)s test names of %(names)s opened."),
    later("%(number)s of %(of)s test names of %(names)s blocked."),
    later("%(number)s of 1 test name of %(names)s opened."),
    later("%(number)s of 1 test name of %(names)s blocked."),
    later("No control opened and no portal probe was answered rightly: there is no way to the Internet."),
    later(
        "No resolver of this network answers, so that no name leads anywhere; nothing shows whether the "
        "line behind %(word)s works."
    ),
    later(
        "No resolver of this network answers, so that no name leads anywhere, and yet others answer from"
        " beyond it: the line works, the resolver does not."
    ),
    later("The answer about its status is far too long to be one."),
    later("The answer about its status cannot be read: %(names)s"),
    later("The answer about its status is forged or was changed."),
    later("The answer about its status is not in its one written form: it was changed."),
    later("The answer about its status is that of another certificate."),
    later("The answer about its status is signed by a key that is not its issuer's."),
    later("The answer about its status is dated in the future."),
    later(
        "The answer about its status is of %(names)s and was good until %(when)s: it may be kept back to"
        " hide a newer one."
    ),
    later("Its issuer said so %(names)s UTC: %(word)s."),
    later("No hotspot yet. One: friendlywifi hotspot add. Many: friendlywifi hotspot import FILE.csv"),
    later("It is well."),
    later("Not enrolled yet, so that no run counts."),
    later("Make a check there on its Wi-Fi, then enrol it by that check."),
    later("Its certificate is suspended since %(day)s."),
    later("Take the sign down, mend the cause, check again, then have it reinstated."),
    later("withdrawn for good unless reinstated"),
    later("The filter fails (%(names)s), confirmed."),
    later("The filter fails (%(names)s), confirmed since %(day)s."),
    later("The filter fails (%(names)s on “%(ssid)s”), confirmed."),
    later("The filter fails (%(names)s on “%(ssid)s”), confirmed since %(day)s."),
    later("certificate suspended unless cured"),
    later("A check failed (%(names)s), unconfirmed."),
    later("A check failed (%(names)s since %(day)s), unconfirmed."),
    later("A check failed (%(names)s on “%(ssid)s”), unconfirmed."),
    later("A check failed (%(names)s on “%(ssid)s” since %(day)s), unconfirmed."),
    later("Nothing: the probe confirms it by itself."),
    later("Check there once more, and later."),
    later("The filter works again, and further checks must confirm it."),
    later("The filter works again on “%(ssid)s”, and further checks must confirm it."),
    later("Check there again."),
    later("Its network has changed: %(names)s."),
    later("Find out who changed it. If it is right, confirm it; until then its runs are no evidence."),
    later("The last run was not made there: %(names)s."),
    later("Check it at the right place; if its router was replaced, enrol it again."),
    later("%(clause)s: how the filter does is not known."),
    later("Log the probe in, or exempt it."),
    later("Ask the provider about the line."),
    later("See whether it has power and network."),
    later("Its certificate has expired, on %(day)s."),
    later("Its certificate was withdrawn, on %(day)s."),
    later("Take the sign down; a new certificate needs fresh evidence."),
    later("There is no evidence of it since %(day)s."),
    later("Check there."),
    later("See why its runs tell nothing."),
    later("certificate suspended unless checked"),
    later("Go there and check."),
    later("evidence lapses"),
    later("Renew it."),
    later("certificate ends"),
    later("The schedule does not run: it has never looked."),
    later("The schedule does not run: it looked last on %(day)s."),
    later("Start it, and see that it starts by itself with the machine."),
    later("No check there could tell yet."),
    later("Not checked yet."),
    later("The filter works and the evidence is complete; there is no certificate yet."),
    later("Ask for it."),
    later("Only %(number)s of %(of)s due checks were made in 30 days; %(share)s %% are needed."),
    later("See what keeps the probe from them: power, network, quiet hours."),
    later(
        "For a certificate %(number)s of %(of)s due checks in 30 days are too few: %(share)s %% are needed."
    ),
    later("The filter works."),
    later("Certified until %(day)s."),
    later("Certified until %(day)s. (provisionally)"),
    later("The filter works. Certified until %(day)s. (provisionally)"),
    later("Evidence for a certificate: %(number)s of %(of)s runs over %(days)s of %(rest)s days."),
    later("Mend it with whoever runs %(names)s, then check again."),
    later("Mend the filter with its provider, then check again."),
    later("by itself, every %(number)s h"),
    later("check again"),
    later("confirm"),
    later("enrol"),
    later("visit"),
    later("not checked yet"),
    later("A login page stands before the filter"),
    later("A login page stands before the filter since %(day)s"),
    later("A login page stands before the filter on “%(ssid)s”"),
    later("A login page stands before the filter on “%(ssid)s” since %(day)s"),
    later("Nothing behind the hotspot answers"),
    later("Nothing behind the hotspot answers since %(day)s"),
    later("Nothing behind the hotspot answers on “%(ssid)s”"),
    later("Nothing behind the hotspot answers on “%(ssid)s” since %(day)s"),
    later("The probe there is silent"),
    later("The probe there is silent since %(day)s"),
    later("The probe there is silent on “%(ssid)s”"),
    later("The probe there is silent on “%(ssid)s” since %(day)s"),
    later("Nothing was changed."),
    later("Refused: %(sentence)s"),
    later("Refused: what is marked ✗ stands in the way. Nothing was issued."),
    later("Not issued, and written down."),
    later("This request was decided already: it became %(names)s."),
    later("%(who)s decided: %(names)s has certificate %(certificate)s, %(word)s until %(day)s."),
    later("Only provisional: %(sentence)s"),
    later("It supersedes %(names)s from now on."),
    later(
        "Left in %(names)s: certificate.pdf, sticker.pdf for the window, certificate.html, "
        "credential.jwt, certificate.json and handover.json."
    ),
    later("Send handover.json back to the evaluator; there: friendlywifi certify record handover.json"),
    later("It came without its proofs, which a machine that only watches can do without."),
    later(
        "The register that is published here cannot show its status to a phone before they come: "
        "friendlywifi certify record handover.json, as the decider's machine left it."
    ),
    later("Signed by %(who)s and left in %(names)s."),
    later(
        "Take it to whoever decides, by mail or on a stick; they run: friendlywifi certify decide %(names)s"
    ),
    later("Worked out again on this machine"),
    later("1 announced run before it came to no answer (%(names)s), and the certificate says so"),
    later(
        "%(number)s announced runs before it came to no answer (%(names)s), and 1 is allowed: a new period "
        "begins after it"
    ),
    later("the request is less than a day old (%(days)s days are the most)"),
    later("the request is %(number)s day old (%(days)s days are the most)"),
    later("the request is %(number)s days old (%(days)s days are the most)"),
    later("its announcement was here %(names)s, before the run that decides began"),
    later("another run was announced here %(names)s by %(who)s, and the request passes it over"),
    later("another run was announced here %(names)s by %(who)s, before the period of the request"),
    later("run %(number)s of %(names)s is known here, is newer than the request and failed %(criteria)s"),
    later("run %(number)s of %(names)s is known here, is not in the request and failed %(criteria)s"),
    later("of the period's runs the request leaves out what is known here: run %(names)s"),
    later("1 further run known here, none with a failed gate"),
    later("%(number)s further runs known here, none with a failed gate"),
    later("no newer run of it is known here"),
    later("which networks are those of %(place)s is the evaluator's word: it is not enrolled here"),
    later("run %(names)s was made elsewhere, by what is enrolled here of %(place)s"),
    later("every run was made on a network that is enrolled here of %(place)s"),
    later("another request for it was refused here: %(clause)s"),
    later("It is %(word)s since %(day)s: nothing is handed over for the records."),
    later("Send it to the decider before the run begins; they run: friendlywifi certify witness %(name)s"),
    later("%(names)s, 1 run since %(day)s"),
    later("%(names)s, %(number)s runs since %(day)s"),
    later("%(certificate)s (%(names)s) is %(word)s from now on, by %(who)s."),
    later("%(certificate)s is in the records: %(names)s, %(word)s."),
    later("no run at another hour of the day: %(number)s are needed"),
    later("the newest valid run is less than a day old"),
    later("no evidence: %(names)s"),
    later("no certification run was announced (friendlywifi certify announce)"),
    later("since the announcement of %(time)s UTC no run came to an answer"),
    later("the certification run, number %(number)s, is %(word)s"),
    later("the certification run, number %(number)s, is %(word)s, by its second stage"),
    later("another vantage found a failed gate (run %(number)s of %(names)s)"),
    later("no network of the hotspot has a valid run of its own"),
    later("Only %(number)s of %(of)s due runs were made, and %(share)s %% are needed"),
    later("Only %(number)s of %(of)s due runs were made, and %(share)s %% are needed."),
    later("How many of the due runs were made is not known"),
    later("How many of the due runs were made is not known."),
    later("other runs were due in the period than the request says"),
    later("The holder must take the sign down."),
    later("If it is not reinstated within %(number)s days, it is withdrawn."),
    later("Make the register show it: friendlywifi register publish"),
    later("It is %(word)s until %(day)s, as it was issued."),
    later("That is final: the holder must take the sign down for good."),
    later("A new certificate begins with a request."),
    later("Made the issuer key %(names)s: %(spelt)s"),
    later("Made the evaluator key %(names)s: %(spelt)s"),
    later("Made the scheme key %(names)s: %(spelt)s"),
    later("Made the issuer key %(names)s for TEST certificates: %(spelt)s"),
    later("Made the evaluator key %(names)s for TEST certificates: %(spelt)s"),
    later("public key: %(spelt)s"),
    later("The scheme must list it before anybody recognises it: friendlywifi keys export %(names)s"),
    later("sealed with its passphrase in %(names)s; without that passphrase it is gone"),
    later("NOT sealed: whoever can read %(names)s (mode 0600) can sign."),
    later("Keep the disk encrypted"),
    later("No key yet in %(names)s."),
    later("One: friendlywifi keys new NAME --for issuer"),
    later("The key %(names)s is now %(spelt)s; the one before ended and its private half was removed."),
    later("What the old one signed stands."),
    later(
        "Until the scheme lists the new one, nobody recognises what it signs: "
        "friendlywifi keys export %(names)s"
    ),
    later("Left in %(names)s."),
    later("Bring it to the scheme, and tell them this over another way, so that they can compare: %(spelt)s"),
    later("To do it, the same once more with --yes."),
    later("Do it soon: until then whoever has the key signs in your name."),
    later("No certificate in these records rests on it."),
    later("Taken off."),
    later("Nobody sees it before: friendlywifi trust sign %(names)s"),
    later("Signed: %(names)s."),
    later("Publish it; whoever verifies pins your key: scheme_key = %(spelt)s"),
    later("“%(ssid)s” has no valid run of its own and will not be on the certificate"),
    later("“%(ssid)s” failed in its last run (run %(number)s) and will not be on the certificate"),
    later("“%(ssid)s” is on the certificate and has no good run since it was suspended."),
    later("“%(ssid)s” has no good run of its own with the whole sample and will not be on the certificate"),
    later("not enrolled: no run is known to be of it (friendlywifi hotspot enrol %(names)s)"),
    later("its address is not known (friendlywifi hotspot import)"),
    later("where to report what opened is not said (report_to under [issuer])"),
    later("where to appeal is not said (appeal_to under [issuer])"),
    later("there is no certificate to renew; friendlywifi certify request asks for one"),
    later("%(certificate)s is %(word)s until %(day)s; friendlywifi renew asks for the one after it"),
    later("%(certificate)s is %(word)s until %(day)s, and is superseded when the new one begins"),
    later("the period comes to something else than the request says"),
    later("the run that decides is another one than the request says"),
    later("the certification run comes to something else than the request says"),
    later("%(names)s has no valid run of its own"),
    later("the request is dated in the future"),
    later("a run is older than the period of the request"),
    later("the certification run was announced before the period began"),
    later("the evaluator signs with the key of a vantage"),
    later("%(names)s is not in the records of this machine, or has ended"),
    later("%(certificate)s (%(word)s until %(day)s) is superseded"),
    later(
        "Announced: the next run of %(names)s that comes to an answer is its certification run, good or bad."
    ),
    later("Make it with the whole sample, as friendlywifi check does."),
    later("%(number)s different hours of the day (%(of)s are needed)"),
    later("%(number)s of %(of)s different hours of the day"),
    later("%(number)s valid runs without a failed gate (%(of)s are needed)"),
    later("%(number)s of %(of)s valid runs without a failed gate"),
    later("%(number)s days between the first and the last valid run (%(of)s are needed)"),
    later("%(number)s of %(of)s days between the first and the last valid run"),
    later("The period has no valid run"),
    later("The runs are of more than one hotspot"),
    later("%(number)s run of the numbering left out: %(names)s"),
    later("%(number)s runs of the numbering left out: %(names)s"),
    later("The first stage of run %(names)s is left out"),
    later("A number of a run is used twice"),
    later("%(criterion)s failed in %(number)s valid run, and it must hold in every one"),
    later("%(criterion)s failed in %(number)s valid runs, and it must hold in every one"),
    later("%(criterion)s failed in %(number)s valid runs one after the other"),
    later("%(criterion)s failed in %(number)s of %(of)s valid runs: it comes and goes"),
    later("The filter was wholly off in %(number)s of %(of)s valid runs"),
    later("The filter was wholly off in %(number)s of 1 valid run"),
    later("Whether the filter was on is unknown in %(number)s of %(of)s runs"),
    later("Whether the filter was on is unknown in %(number)s of 1 run"),
    later("run %(number)s, by another standard, failed %(names)s"),
    later("of another vantage (%(names)s) %(number)s run is left out: %(others)s"),
    later("of another vantage (%(names)s) %(number)s runs are left out: %(others)s"),
    later("the bundle of run %(names)s is refused: %(sentence)s"),
    later("the bundle of run %(number)s is of run %(of)s"),
    later("%(number)s earlier runs are left out, and nobody says why"),
    later(
        "that the certification run was announced %(time)s UTC, before it began, is the evaluator's word "
        "alone; %(number)s run with a sample lies before it in the period"
    ),
    later(
        "that the certification run was announced %(time)s UTC, before it began, is the evaluator's word "
        "alone; %(number)s runs with a sample lie before it in the period"
    ),
    later(
        "that the certification run was announced %(time)s UTC, before it began, is the evaluator's word "
        "alone, and it came here only afterwards; %(number)s run with a sample lies before it in the period"
    ),
    later(
        "that the certification run was announced %(time)s UTC, before it began, is the evaluator's word "
        "alone, and it came here only afterwards; %(number)s runs with a sample lie before it in the period"
    ),
    later("The filter was on in all %(number)s valid runs of %(of)s that were made."),
    later(
        "The filter was on in all %(number)s valid runs of %(of)s that were made, and %(wanted)s of "
        "%(limit)s due runs were made."
    ),
    later("%(number)s earlier runs are left out, because %(names)s"),
    later("nothing: a first certificate"),
    later("no foreign resolver, or no name that must be blocked, is there to ask"),
    later("no route over encrypted DNS is planned"),
    later("no search engine is asked"),
    later("no filter vendor is declared"),
    later("no %(category)s test name of %(names)s is listed"),
    later("the operator's documents have not been declared"),
    later("time and place declared by the issuer"),
    later("Whether the code is genuine cannot be said: no trust list was given, and a code holds no key."),
    later(
        "This is the code of a TEST certificate: it was made to try the software and certifies nothing "
        "about any real place."
    ),
    later("The code of %(certificate)s is intact, and the certificate %(clause)s."),
    later("The code (%(certificate)s, %(names)s) is %(clause)s."),
    later("Place, as far as the code has room: %(names)s."),
    later("Issued on %(day)s by %(names)s; standard %(standard)s."),
    later(
        "A code holds only the name of its standard: whether the scheme recognises it, the certificate "
        "itself shows."
    ),
    later("The list of %(who)s recognises no standard."),
    later("Its status was not asked: the address is not one of https."),
    later("Its status could not be asked: the register answered %(number)s."),
    later("Its status could not be asked: the answer is far too long to be one."),
    later("Its status could not be asked: the answer took too long."),
    later("Its status could not be asked: %(names)s."),
    later("expired on %(day)s"),
    later("not yet valid: issued on %(day)s"),
    later("The code holds no signed fragment."),
    later("The code leads to the page of another certificate than the one it signs."),
    later(
        "The code leads to %(name)s, which is not where its issuer publishes (%(names)s): the sign is false "
        "or was pasted over."
    ),
    later("Do not open it."),
    later(
        "The list of %(who)s does not say where its issuer publishes, so that nobody knows whether "
        "%(name)s is theirs."
    ),
    later("Whether it was suspended or withdrawn since was not checked."),
    later("The code is not signed by a recognised issuer: it is forged, changed, or of a stranger."),
    later("The fragment of the code is damaged."),
    later("The fragment of the code is not in its one written form."),
    later("The fragment of the code is no COSE_Sign1."),
    later("The fragment of the code is signed in a way that certificates are not."),
    later("The code was written by a newer version of the program than this one reads."),
    later("genuine, valid until %(day)s; suspension not checked"),
    later(
        "TEST, certifies nothing about any real place; genuine, valid until %(day)s; suspension not checked"
    ),
    later("genuine, provisional, valid until %(day)s; suspension not checked"),
    later(
        "TEST, certifies nothing about any real place; genuine, provisional, valid until %(day)s; "
        "suspension not checked"
    ),
    later("genuine, valid until %(day)s; its status was checked"),
    later(
        "TEST, certifies nothing about any real place; genuine, valid until %(day)s; its status was checked"
    ),
    later("genuine, provisional, valid until %(day)s; its status was checked"),
    later(
        "TEST, certifies nothing about any real place; genuine, provisional, valid until %(day)s; "
        "its status was checked"
    ),
    later("Added %(names)s as %(ssid)s."),
    later("Next: join its Wi-Fi there and make the first check, then enrol it by that check:"),
    later("Nothing was imported: --dry-run only looks."),
    later("Nothing was imported. Mend the cells above and import again."),
    later("The rows above were left out. Mend them and import the same file again."),
    later("Next: at each place, one check and friendlywifi hotspot enrol ID; then friendlywifi status."),
    later("By %(names)s, the newest run that this machine made there."),
    later("%(names)s is known from now on by:"),
    later("Not yet measured: %(names)s."),
    later("A certificate lists only the networks with runs of their own."),
)
"""Sentences without a number that decides their form."""

COUNTED = (
    laters(
        "%(number)s way over encrypted DNS: every one closed or filtered.",
        "%(number)s ways over encrypted DNS: every one closed or filtered.",
    ),
    laters(
        "%(number)s way to foreign resolvers on port 53 led to no real address.",
        "%(number)s ways to foreign resolvers on port 53 led to no real address.",
    ),
    laters(
        "%(number)s name is not due yet.",
        "%(number)s names are not due yet.",
    ),
    laters(
        "Beside them %(number)s name failed each time.",
        "Beside them %(number)s names failed each time.",
    ),
    laters(
        "The network failed in mid-run: %(number)s control among the targets failed.",
        "The network failed in mid-run: %(number)s controls among the targets failed.",
    ),
    laters(
        "For %(number)s blocked name the resolver gives the IPv6 address: as soon as IPv6 works here, "
        "they open.",
        "For %(number)s blocked names the resolver gives the IPv6 address: as soon as IPv6 works here, "
        "they open.",
    ),
    laters(
        "%(number)s name opened in every way that was tried",
        "%(number)s names opened in every way that was tried",
    ),
    laters(
        "%(number)s name opened over %(names)s only, where the other family is filtered",
        "%(number)s names opened over %(names)s only, where the other family is filtered",
    ),
    laters(
        "%(number)s name opened through %(names)s only, where another resolver filters",
        "%(number)s names opened through %(names)s only, where another resolver filters",
    ),
    laters(
        "%(number)s name opened over %(names)s only, where the other family is filtered; through "
        "%(others)s only, where another resolver filters",
        "%(number)s names opened over %(names)s only, where the other family is filtered; through "
        "%(others)s only, where another resolver filters",
    ),
    laters(
        "%(number)s day old",
        "%(number)s days old",
    ),
    laters(
        "%(number)s name met a filter that reads names: at the same address a handshake under another "
        "name is let through.",
        "%(number)s names met a filter that reads names: at the same address a handshake under another "
        "name is let through.",
    ),
    laters(
        "%(number)s name opened where ClientHello fills two segments, as browsers' does, and not where it is "
        "short: the filter reads the first segment alone.",
        "%(number)s names opened where ClientHello fills two segments, as browsers' does, and not where it "
        "is short: the filter reads the first segment alone.",
    ),
    laters(
        "%(number)s name did not open over TCP and opened over QUIC, as HTTP/3 uses it: the filter forgets "
        "UDP on port 443. Where that is dropped, browsers fall back to TCP.",
        "%(number)s names did not open over TCP and opened over QUIC, as HTTP/3 uses it: the filter forgets "
        "UDP on port 443. Where that is dropped, browsers fall back to TCP.",
    ),
    laters(
        "%(number)s name came with a key for Encrypted Client Hello, and the filter stops the handshake: "
        "browsers that encrypt the name may pass. Whether they do is not known here, since this program "
        "does not encrypt it.",
        "%(number)s names came with a key for Encrypted Client Hello, and the filter stops the handshake: "
        "browsers that encrypt the name may pass. Whether they do is not known here, since this program "
        "does not encrypt it.",
    ),
    laters(
        "%(number)s name met a filter of addresses, or a server that is down: a handshake under another "
        "name fails there too.",
        "%(number)s names met a filter of addresses, or a server that is down: a handshake under another"
        " name fails there too.",
    ),
    laters(
        "%(number)s name got NXDOMAIN without an SOA, which the resolver gives with names that truly do "
        "not exist (RFC 2308): the filter speaks, and not the zone.",
        "%(number)s names got NXDOMAIN without an SOA, which the resolver gives with names that truly do"
        " not exist (RFC 2308): the filter speaks, and not the zone.",
    ),
    laters(
        "%(number)s name got a second, different answer to one question: somebody on the path answers too.",
        "%(number)s names got a second, different answer to one question: somebody on the path answers too.",
    ),
    laters(
        "%(number)s name opened at one look and not at another: the filter was switched while it was "
        "measured, or caches still held what it said before.",
        "%(number)s names opened at one look and not at another: the filter was switched while it was "
        "measured, or caches still held what it said before.",
    ),
    laters(
        "%(number)s name failed with SERVFAIL and not without DNSSEC checking: the signatures are "
        "broken, which is no filtering.",
        "%(number)s names failed with SERVFAIL and not without DNSSEC checking: the signatures are "
        "broken, which is no filtering.",
    ),
    laters(
        "Port 53 is led to the network's own resolver: %(number)s resolver elsewhere gave the network's "
        "own block.",
        "Port 53 is led to the network's own resolver: %(number)s resolvers elsewhere gave the network's"
        " own block.",
    ),
    laters(
        "%(names)s is named as who carries out %(number)s block (451, RFC 7725).",
        "%(names)s is named as who carries out %(number)s blocks (451, RFC 7725).",
    ),
    laters(
        "With %(number)s answer the resolver says of itself: %(names)s.",
        "With %(number)s answers the resolver says of itself: %(names)s.",
    ),
    laters(
        "The filter comes and goes: %(number)s failure in a few days.",
        "The filter comes and goes: %(number)s failures in a few days.",
    ),
    laters(
        "The filter comes and goes on “%(ssid)s”: %(number)s failure in a few days.",
        "The filter comes and goes on “%(ssid)s”: %(number)s failures in a few days.",
    ),
    laters(
        "A visit is overdue by %(number)s day.",
        "A visit is overdue by %(number)s days.",
    ),
    laters(
        "A visit is overdue by %(number)s day on “%(ssid)s”.",
        "A visit is overdue by %(number)s days on “%(ssid)s”.",
    ),
    laters(
        "Its certificate ends in %(number)s day.",
        "Its certificate ends in %(number)s days.",
    ),
    laters(
        "the newest valid run is %(number)s day old",
        "the newest valid run is %(number)s days old",
    ),
    laters(
        "%(number)s run by other vantages, none failed",
        "%(number)s runs by other vantages, none failed",
    ),
    laters(
        "No: %(number)s thing is in the way. What failed must be cured, and a new period begin after it.",
        "No: %(number)s things are in the way. What failed must be cured, and a new period begin after it.",
    ),
    laters(
        "Not yet: %(number)s thing is missing. Nothing was written.",
        "Not yet: %(number)s things are missing. Nothing was written.",
    ),
    laters(
        "%(number)s earlier run now counts.",
        "%(number)s earlier runs now count.",
    ),
)
"""The form for one thing, and the one for many."""

WORDS = {
    "illegal-csam": later("illegal images of children"),
    "illegal-terror": later("terrorist content"),
    "national-order": later("order of an authority"),
    "adult": later("adult"),
    "gambling": later("gambling"),
    "drugs": later("drugs"),
    "violence-weapons": later("violence and weapons"),
    "hate": later("hate"),
    "selfharm": later("self-harm"),
    "bypass": later("ways around a filter"),
    "security": later("malware and phishing"),
    "wiring": later("wiring check"),
    "control-help": later("help"),
    "control-general": later("everyday"),
    "pass": later("pass"),
    "conditional": later("conditional"),
    "fail": later("fail"),
    "inconclusive": later("inconclusive"),
    "not_tested": later("not tested"),
    "not_applicable": later("not applicable"),
    "attested": later("attested"),
    "reachable": later("reachable"),
    "blocked": later("blocked"),
    "dead": later("dead"),
    "it": later("it"),
    "them": later("them"),
    "operator": later("operator"),
    "provider": later("provider"),
    "vendor": later("vendor"),
    "certifier": later("certifier"),
    "certifiable": later("certifiable"),
    "provisional": later("provisional"),
    "not_certifiable": later("not certifiable"),
    "valid": later("valid"),
    "suspended": later("suspended"),
    "withdrawn": later("withdrawn"),
    "expired": later("expired"),
    "superseded": later("superseded"),
    "genuine": later("genuine"),
    "genuine, provisional": later("genuine, provisional"),
    "a genuine TEST": later("a genuine TEST"),
    "a genuine, provisional TEST": later("a genuine, provisional TEST"),
    "YES": later("YES"),
    "YES, PROVISIONALLY": later("YES, PROVISIONALLY"),
    "NOT YET": later("NOT YET"),
    "NO": later("NO"),
    "COULD NOT TELL": later("COULD NOT TELL"),
    "NO CERTIFICATE": later("NO CERTIFICATE"),
    "GENUINE": later("GENUINE"),
    "NOT RECOGNISED": later("NOT RECOGNISED"),
    "STATUS NOT CHECKED": later("STATUS NOT CHECKED"),
    "FACE NOT COMPARED": later("FACE NOT COMPARED"),
    "LOG NOT SHOWN": later("LOG NOT SHOWN"),
    "no evidence": later("no evidence"),
    "void": later("void"),
    "ACT NOW": later("ACT NOW"),
    "ACT SOON": later("ACT SOON"),
    "UNKNOWN": later("UNKNOWN"),
    "WELL": later("WELL"),
    "act now": later("act now"),
    "act soon": later("act soon"),
    "unknown": later("unknown"),
    "well": later("well"),
    "Holder": later("Holder"),
    "Address": later("Address"),
    "Networks": later("Networks"),
    "Standard": later("Standard"),
    "Evaluator": later("Evaluator"),
    "Key": later("Key"),
    "Renews": later("Renews"),
    "Runs": later("Runs"),
    "reinstated": later("reinstated"),
    "venue": later("venue"),
    "resident": later("a probe stays"),
    "rounds": later("visits"),
    "made_elsewhere": later("made elsewhere"),
    "the database": later("the database"),
    "the journal": later("the journal"),
    "hotspots and runs": later("hotspots and runs"),
    "the evidence": later("the evidence"),
    "captive": later("a login page"),
    "offline": later("no Internet"),
    "controls_wrong": later("control pages were wrong"),
    "identity_changed": later("another network at the end"),
    "answers_everything": later("the network answers everything alike"),
    "nothing_measured": later("nothing was measured"),
    "clock": later("the clock is wrong"),
    "machine": later("this computer is in the way"),
    "interrupted": later("it was stopped"),
    "starting": later("starting"),
    "is there a network": later("is there a network"),
    "is there anybody beyond": later("is there anybody beyond"),
    "first look": later("first look"),
    "second look": later("second look"),
    "waiting for caches": later("waiting for caches"),
    "waiting for a login": later("waiting for a login"),
    "verifying": later("verifying"),
    "reading evidence": later("reading evidence"),
    "printing": later("printing"),
    "working out again": later("working out again"),
    "emulated hotspot": later("emulated hotspot"),
}
"""Words of closed lists: categories, results, statuses, who must act, why a run is void, what goes on."""

MONTHS = {
    "January": later("January"),
    "February": later("February"),
    "March": later("March"),
    "April": later("April"),
    "May": later("May"),
    "June": later("June"),
    "July": later("July"),
    "August": later("August"),
    "September": later("September"),
    "October": later("October"),
    "November": later("November"),
    "December": later("December"),
}
