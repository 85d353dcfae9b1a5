/** What the command line takes, for whoever asks or was not understood. */
export const usage = `vigie                                   the exercise
vigie --platform tls://HOST:PORT[,tls://HOST:PORT…] --identity FILE.p12 --ca FILE
                                        a platform, by its server or its servers; the desk asks for
                                        the certificate’s passphrase

  --passphrase-credential NAME   it comes from systemd; vigie-passphrase is used unasked
  --passphrase-file FILE         it lies in a file that only its owner may read
  --tls-first                    TLS before the server says a word: for one with handshake_first

vigie --card --ca FILE [--platform wss://HOST:PORT[,wss://HOST:PORT…]]
                                        … with a smart card, whose PIN the desk asks for

  --card-module FILE             its PKCS#11 driver, where the policy names none
  --card-certificate DIGITS      the certificate that signs in, by its fingerprint

vigie --provision                       sets this node up: identities, policy, trust, health and trail

  --profile DIR        where this node keeps its data; one that was provisioned (vigie provision wall) needs no
                       other option
  --policy FILE        this node's policy: its name, screens, ceilings; signed in FILE.p7s
  --policy-authority FILE  whose signature counts, PEM; later starts remember it
  --node NAME          this node's name, where its policy is for several
  --scenes DIR         further scene files
  --lang fr|en         the language to start in
  --screens N          at most so many walls
  --desk-display N     the desk fills the n-th display from the left
  --for SECONDS        end after so long
  --headless --out DIR leave screen-N.png, desk.png and run.json in DIR, then end
  --exercise NAME --rate PER_SECOND --speed FACTOR --seed N   the exercise's own
  --exercise-servers 3 … on a cluster of three servers instead of one
`
