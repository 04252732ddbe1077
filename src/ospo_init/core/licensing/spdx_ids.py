"""The ids of the SPDX licence list with their flags; written by tools/spdx_list.py.

After the colon: o is approved by the Open Source Initiative, f called free by the Free Software Foundation,
d deprecated (the id, not the licence). MADE_FOR names the licences that are not made for software alone.
"""

VERSION = "3.29.0"
LICENSES = """
0BSD:o 3D-Slicer-1.0 AAL:o Abstyles AdaCore-doc Adobe-2006 Adobe-Display-PostScript Adobe-Glyph Adobe-Utopia ADSL
Advanced-Cryptics-Dictionary AFL-1.1:of AFL-1.2:of AFL-2.0:of AFL-2.1:of AFL-3.0:of Afmparse AGPL-1.0-only
AGPL-1.0-or-later AGPL-1.0:fd AGPL-3.0-only:of AGPL-3.0-or-later:of AGPL-3.0:ofd Aladdin ALGLIB-Documentation:o
AMD-newlib AMDPLPA AML AML-glslang AMPAS ANTLR-PD ANTLR-PD-fallback any-OSI any-OSI-perl-modules Apache-1.0:f
Apache-1.1:of Apache-2.0:of APAFML APL-1.0:o App-s2p APSL-1.0:o APSL-1.1:o APSL-1.2:o APSL-2.0:of Arphic-1999
Artistic-1.0-cl8:o Artistic-1.0-Perl:o Artistic-1.0:o Artistic-2.0:of Artistic-dist Aspell-RU ASWF-Digital-Assets-1.0
ASWF-Digital-Assets-1.1 atc-game Baekmuk Bahyph Barr bcrypt-Solar-Designer Beerware Bitstream-Charter Bitstream-Vera
BitTorrent-1.0 BitTorrent-1.1:f blessing BlueOak-1.0.0:o Boehm-GC Boehm-GC-without-fee BOLA-1.1 Borceux
Brian-Gladman-2-Clause Brian-Gladman-3-Clause Brian-Gladman-3-Clause-no-conversion BSD-1-Clause:o BSD-2-Clause-Darwin
BSD-2-Clause-first-lines BSD-2-Clause-FreeBSD:fd BSD-2-Clause-NetBSD:fd BSD-2-Clause-Patent:o
BSD-2-Clause-pkgconf-disclaimer BSD-2-Clause-pos-unchanged BSD-2-Clause-Views BSD-2-Clause:of BSD-3-Clause-acpica
BSD-3-Clause-Attribution BSD-3-Clause-Clear:f BSD-3-Clause-flex BSD-3-Clause-HP BSD-3-Clause-LBNL:o
BSD-3-Clause-Modification BSD-3-Clause-No-Military-License BSD-3-Clause-No-Nuclear-License
BSD-3-Clause-No-Nuclear-License-2014 BSD-3-Clause-No-Nuclear-Warranty BSD-3-Clause-Open-MPI:o BSD-3-Clause-OpenWebUI
BSD-3-Clause-Sun BSD-3-Clause-Tso BSD-3-Clause:of BSD-4-Clause-Shortened BSD-4-Clause-UC BSD-4-Clause:f BSD-4.3RENO
BSD-4.3TAHOE BSD-Advertising-Acknowledgement BSD-ask-to-endorse:o BSD-Attribution-HPND-disclaimer BSD-Inferno-Nettverk
BSD-Mark-Modifications BSD-Protection BSD-Source-alt-GPL BSD-Source-beginning-file BSD-Source-Code
BSD-Source-Code-no-disclaimer BSD-Systemics BSD-Systemics-W3Works BSL-1.0:of Buddy Bugroff BUSL-1.1 bzip2-1.0.5:d
bzip2-1.0.6 C-UDA-1.0 CAL-1.0-Combined-Work-Exception:o CAL-1.0:o Caldera Caldera-no-preamble CAPEC-tou Catharon
CATOSL-1.1:o CC-BY-1.0 CC-BY-2.0 CC-BY-2.5 CC-BY-2.5-AU CC-BY-3.0 CC-BY-3.0-AT CC-BY-3.0-AU CC-BY-3.0-DE CC-BY-3.0-IGO
CC-BY-3.0-NL CC-BY-3.0-US CC-BY-4.0:f CC-BY-NC-1.0 CC-BY-NC-2.0 CC-BY-NC-2.5 CC-BY-NC-3.0 CC-BY-NC-3.0-DE
CC-BY-NC-3.0-IGO CC-BY-NC-4.0 CC-BY-NC-ND-1.0 CC-BY-NC-ND-2.0 CC-BY-NC-ND-2.5 CC-BY-NC-ND-3.0 CC-BY-NC-ND-3.0-DE
CC-BY-NC-ND-3.0-IGO CC-BY-NC-ND-4.0 CC-BY-NC-SA-1.0 CC-BY-NC-SA-2.0 CC-BY-NC-SA-2.0-DE CC-BY-NC-SA-2.0-FR
CC-BY-NC-SA-2.0-UK CC-BY-NC-SA-2.5 CC-BY-NC-SA-3.0 CC-BY-NC-SA-3.0-DE CC-BY-NC-SA-3.0-IGO CC-BY-NC-SA-4.0 CC-BY-ND-1.0
CC-BY-ND-2.0 CC-BY-ND-2.5 CC-BY-ND-3.0 CC-BY-ND-3.0-DE CC-BY-ND-4.0 CC-BY-SA-1.0 CC-BY-SA-2.0 CC-BY-SA-2.0-UK
CC-BY-SA-2.1-JP CC-BY-SA-2.5 CC-BY-SA-3.0 CC-BY-SA-3.0-AT CC-BY-SA-3.0-DE CC-BY-SA-3.0-IGO CC-BY-SA-4.0:f CC-PDDC
CC-PDM-1.0 CC-SA-1.0 CC0-1.0:f CDDL-1.0:of CDDL-1.1:o CDL-1.0 CDLA-Permissive-1.0 CDLA-Permissive-2.0 CDLA-Sharing-1.0
CECILL-1.0 CECILL-1.1 CECILL-2.0:f CECILL-2.1:o CECILL-B:f CECILL-C:f CERN-OHL-1.1 CERN-OHL-1.2 CERN-OHL-P-2.0:o
CERN-OHL-S-2.0:o CERN-OHL-W-2.0:o CFITSIO check-cvs checkmk ClArtistic:f Clips CMU-Mach CMU-Mach-nodoc CNRI-Jython
CNRI-Python-GPL-Compatible:o CNRI-Python:o COIL-1.0 Community-Spec-1.0 Condor-1.1:f copyleft-next-0.3.0
copyleft-next-0.3.1 Cornell-Lossless-JPEG CPAL-1.0:of CPL-1.0:of CPOL-1.02 Cronyx Crossword CryptoSwift CrystalStacker
CUA-OPL-1.0:o Cube curl:o cve-tou D-FSL-1.0 DEC-3-Clause diffmark DL-DE-BY-2.0 DL-DE-ZERO-2.0 DOC DocBook-DTD
DocBook-Schema DocBook-Stylesheet DocBook-XML Dotseqn DRL-1.0 DRL-1.1 DSDP dtoa dvipdfm ECL-1.0:o ECL-2.0:of
eCos-2.0:fd EFL-1.0:o EFL-2.0:of eGenix Elastic-2.0 Entessa:o EPICS EPL-1.0:of EPL-2.0:of ErlPL-1.1
ESA-PL-permissive-2.4 ESA-PL-strong-copyleft-2.4 ESA-PL-weak-copyleft-2.4 etalab-2.0 EUDatagrid:of EUPL-1.0 EUPL-1.1:of
EUPL-1.2:of Eurosym Fair:o FBM FDK-AAC FDK-MPEG-H Ferguson-Twofish Frameworx-1.0:o FreeBSD-DOC FreeImage
FSFAP-no-warranty-disclaimer FSFAP:f FSFUL FSFULLR FSFULLRSD FSFULLRWD FSL-1.1-ALv2 FSL-1.1-MIT FTL:f Furuseth fwlw
Game-Programming-Gems GCR-docs GD generic-xts GFDL-1.1-invariants-only GFDL-1.1-invariants-or-later
GFDL-1.1-no-invariants-only GFDL-1.1-no-invariants-or-later GFDL-1.1-only:f GFDL-1.1-or-later:f GFDL-1.1:fd
GFDL-1.2-invariants-only GFDL-1.2-invariants-or-later GFDL-1.2-no-invariants-only GFDL-1.2-no-invariants-or-later
GFDL-1.2-only:f GFDL-1.2-or-later:f GFDL-1.2:fd GFDL-1.3-invariants-only GFDL-1.3-invariants-or-later
GFDL-1.3-no-invariants-only GFDL-1.3-no-invariants-or-later GFDL-1.3-only:f GFDL-1.3-or-later:f GFDL-1.3:fd Giftware
GL2PS Glide Glulxe GLWTPL gnuplot:f GPL-1.0+:d GPL-1.0-only GPL-1.0-or-later GPL-1.0:d GPL-2.0+:ofd GPL-2.0-only:of
GPL-2.0-or-later:of GPL-2.0-with-autoconf-exception:d GPL-2.0-with-bison-exception:d GPL-2.0-with-classpath-exception:d
GPL-2.0-with-font-exception:d GPL-2.0-with-GCC-exception:d GPL-2.0:ofd GPL-3.0+:ofd GPL-3.0-only:of GPL-3.0-or-later:of
GPL-3.0-with-autoconf-exception:d GPL-3.0-with-GCC-exception:od GPL-3.0:ofd Graphics-Gems gSOAP-1.3b gtkbook Gutmann
HaskellReport HDF5 hdparm HIDAPI Hippocratic-2.1 Hippocratic-3.0-core HP-1986 HP-1989 HPND-DEC HPND-doc HPND-doc-sell
HPND-export-US HPND-export-US-acknowledgement HPND-export-US-modify HPND-export2-US HPND-Fenneberg-Livingston
HPND-INRIA-IMAG HPND-Intel HPND-Kevlin-Henney HPND-Markus-Kuhn HPND-merchantability-variant HPND-MIT-disclaimer
HPND-Netrek HPND-Pbmplus HPND-sell-MIT-disclaimer-xserver HPND-sell-regexpr HPND-sell-variant
HPND-sell-variant-critical-systems HPND-sell-variant-MIT-disclaimer HPND-sell-variant-MIT-disclaimer-rev HPND-SMC
HPND-UC HPND-UC-export-US HPND:of HTMLTIDY hyphen-bulgarian IBM-pibs ICU:o IEC-Code-Components-EULA IJG-short IJG:f
ImageMagick iMatix:f Imlib2:f Info-ZIP Informatica Inner-Net-2.0 InnoSetup Intel-ACPI Intel:of Interbase-1.0 IPA:of
IPL-1.0:of ISC-Veillard ISC:of ISO-permission Jam:o JasPer-2.0 jove JPL-image JPNIC JSON Kastrup Kazlib Knuth-CTAN
LAL-1.2 LAL-1.3 Latex2e Latex2e-translated-notice Leptonica LGPL-2.0+:od LGPL-2.0-only:o LGPL-2.0-or-later:o
LGPL-2.0:od LGPL-2.1+:ofd LGPL-2.1-only:of LGPL-2.1-or-later:of LGPL-2.1:ofd LGPL-3.0+:ofd LGPL-3.0-only:of
LGPL-3.0-or-later:of LGPL-3.0:ofd LGPLLR Libpng libpng-1.6.35 libpng-2.0 libselinux-1.0 libtiff libutil-David-Nugent
LiLiQ-P-1.1:o LiLiQ-R-1.1:o LiLiQ-Rplus-1.1:o Linux-man-pages-1-para Linux-man-pages-copyleft
Linux-man-pages-copyleft-2-para Linux-man-pages-copyleft-var Linux-OpenIB LOOP LPD-document LPL-1.02:of LPL-1.0:o
LPPL-1.0 LPPL-1.1 LPPL-1.2:f LPPL-1.3a:f LPPL-1.3c:o lsof Lucida-Bitmap-Fonts LZMA-SDK-9.11-to-9.20 LZMA-SDK-9.22
Mackerras-3-Clause Mackerras-3-Clause-acknowledgment magaz mailprio MakeIndex man2html Martin-Birgmeier
McPhee-slideshow metamail Minpack MIPS MirOS:o MIT-0:o MIT-advertising MIT-Click MIT-CMU MIT-enna MIT-feh MIT-Festival
MIT-Khronos-old MIT-Modern-Variant:o MIT-open-group MIT-STK MIT-testregex MIT-Wu MIT:of MITNFA MMIXware MMPL-1.0.1
Motosoto:o MPEG-SSG mpi-permissive mpich2 MPL-1.0:o MPL-1.1:of MPL-2.0-no-copyleft-exception:o MPL-2.0:of mplus MS-LPL
MS-PL:of MS-RL:of MTLL MulanPSL-1.0 MulanPSL-2.0:o Multics:o Mup MVT-1.1 NAIST-2003 NASA-1.3:o Naumen:o NBPL-1.0
NCBI-PD NCGL-UK-2.0 NCL NCSA:of Net-SNMP:d NetCDF Newsletr NGPL:o ngrep NICTA-1.0 NIST-PD NIST-PD-fallback NIST-PD-TNT
NIST-Software NLOD-1.0 NLOD-2.0 NLPL Nokia:of NOSL:f Noweb NPL-1.0:f NPL-1.1:f NPOSL-3.0:o NRL NTIA-PD NTP-0 NTP:o
Nunit:fd O-UDA-1.0 OAR OCCT-PL OCLC-2.0:o ODbL-1.0:f ODC-By-1.0 OFFIS OFL-1.0-no-RFN OFL-1.0-RFN OFL-1.0:f
OFL-1.1-no-RFN:o OFL-1.1-RFN:o OFL-1.1:of OGC-1.0 OGDL-Taiwan-1.0 OGL-Canada-2.0 OGL-UK-1.0 OGL-UK-2.0 OGL-UK-3.0
OGTSL:o OLDAP-1.1 OLDAP-1.2 OLDAP-1.3 OLDAP-1.4 OLDAP-2.0 OLDAP-2.0.1 OLDAP-2.1 OLDAP-2.2 OLDAP-2.2.1 OLDAP-2.2.2
OLDAP-2.3:f OLDAP-2.4 OLDAP-2.5 OLDAP-2.6 OLDAP-2.7:f OLDAP-2.8:o OLFL-1.3:o OML OpenMDW-1.0 OpenPBS-2.3
OpenSSL-standalone OpenSSL:f OpenVision OPL-1.0 OPL-UK-3.0 OPUBL-1.0 OSC-1.0:o OSET-PL-2.1:o OSL-1.0:of OSL-1.1:f
OSL-2.0:of OSL-2.1:of OSL-3.0:of OSSP PADL ParaType-Free-Font-1.3 Parity-6.0.0 Parity-7.0.0 PDDL-1.0 PHP-3.01:of
PHP-3.0:o Pixar pkgconf Plexus pnmstitch PolyForm-Noncommercial-1.0.0 PolyForm-Small-Business-1.0.0 PostgreSQL:o PPL
PSF-2.0 psfrag psutils Python-2.0.1:o Python-2.0:of python-ldap Qhull QPL-1.0-INRIA-2004 QPL-1.0:of radvd Rdisc
RHeCos-1.1 RPL-1.1:o RPL-1.5:o RPSL-1.0:of RSA-MD RSCPL:o Ruby-pty Ruby:f SAX-PD SAX-PD-2.0 Saxpath SCEA SchemeReport
Sendmail Sendmail-8.23 Sendmail-Open-Source-1.1 SGI-B-1.0 SGI-B-1.1 SGI-B-2.0:f SGI-OpenGL SGMLUG-PM SGP4 SHL-0.5
SHL-0.51 SimPL-2.0:o SISSL-1.2 SISSL:of SL Sleepycat:of SMAIL-GPL SMLNJ:f SMPPL SNIA snprintf SOFA softSurfer Soundex
Spencer-86 Spencer-94 Spencer-99 SPL-1.0:of ssh-keyscan SSH-OpenSSH SSH-short SSLeay-standalone SSPL-1.0
StandardML-NJ:fd SugarCRM-1.1.3 SUL-1.0 Sun-PPP Sun-PPP-2000 SunPro SWL swrule Symlinks TAPR-OHL-1.0 TCL TCP-wrappers
TekHVC TermReadKey TGPPL-1.0 ThirdEye threeparttable TMate TORQUE-1.1 TOSL TPDL TPL-1.0 TrustedQSL TTWL TTYP0
TU-Berlin-1.0 TU-Berlin-2.0 Ubuntu-font-1.0 UCAR UCL-1.0:o ulem UMich-Merit Unicode-3.0:o Unicode-DFS-2015
Unicode-DFS-2016:o Unicode-TOU UnixCrypt Unlicense-libtelnet Unlicense-libwhirlpool Unlicense:of UnRAR UPL-1.0:of
URT-RLE Vim:f Vixie-Cron VOSTROM VSL-1.0:o W3C-19980720 W3C-20150513:o W3C:of w3m Watcom-1.0:o Widget-Workshop
WordNet:o Wsuipa WTFNMFPL WTFPL:f wwl wxWindows:od X11-distribute-modifications-variant X11-no-permit-persons
X11-swapped X11:f Xdebug-1.03 Xerox Xfig XFree86-1.1:f xinetd:f xkeyboard-config-Zinoviev xlock Xnet:o xpp XSkat xzoom
YPL-1.0 YPL-1.1:f Zed Zeeff Zend-2.0:f Zimbra-1.3:f Zimbra-1.4 zlib-acknowledgement Zlib:of ZPL-1.1 ZPL-2.0:of
ZPL-2.1:of
"""
EXCEPTIONS = """
389-exception Asterisk-exception Asterisk-linking-protocols-exception Autoconf-exception-2.0 Autoconf-exception-3.0
Autoconf-exception-generic Autoconf-exception-generic-3.0 Autoconf-exception-macro Bison-exception-1.24
Bison-exception-2.2 Bootloader-exception CGAL-linking-exception Classpath-exception-2.0 Classpath-exception-2.0-short
CLISP-exception-2.0 cryptsetup-OpenSSL-exception Digia-Qt-LGPL-exception-1.1 DigiRule-FOSS-exception eCos-exception-2.0
erlang-otp-linking-exception Fawkes-Runtime-exception FLTK-exception fmt-exception Font-exception-2.0
freertos-exception-2.0 GCC-exception-2.0 GCC-exception-2.0-note GCC-exception-3.1 Gmsh-exception GNAT-exception
GNOME-examples-exception GNU-compiler-exception gnu-javamail-exception Google-Patent-WebM GPL-3.0-389-ds-base-exception
GPL-3.0-interface-exception GPL-3.0-linking-exception GPL-3.0-linking-source-exception GPL-CC-1.0
GStreamer-exception-2005 GStreamer-exception-2008 harbour-exception i2p-gpl-java-exception
Independent-modules-exception KiCad-libraries-exception kvirc-openssl-exception LGPL-3.0-linking-exception
libpri-OpenH323-exception Libtool-exception Linux-syscall-note LLGPL LLVM-exception LZMA-exception mif-exception
mxml-exception Nokia-Qt-exception-1.1:d OCaml-LGPL-linking-exception OCCT-exception-1.0 OpenJDK-assembly-exception-1.0
openvpn-openssl-exception PCRE2-exception polyparse-exception PS-or-PDF-font-exception-20170817
QPL-1.0-INRIA-2004-exception Qt-GPL-exception-1.0 Qt-LGPL-exception-1.1 Qwt-exception-1.0 romic-exception
RRDtool-FLOSS-exception-2.0 rsync-linking-exception SANE-exception SHL-2.0 SHL-2.1 Simple-Library-Usage-exception
Spelling-Provider-LGPL-exception sqlitestudio-OpenSSL-exception stunnel-exception SWI-exception Swift-exception
Texinfo-exception u-boot-exception-2.0 UBDL-exception Universal-FOSS-exception-1.0 vsftpd-openssl-exception
WxWindows-exception-3.1 x11vnc-openssl-exception
"""
MADE_FOR = """
ALGLIB-Documentation:documentation CC-BY-1.0:documentation CC-BY-2.0:documentation CC-BY-2.5-AU:documentation
CC-BY-2.5:documentation CC-BY-3.0-AT:documentation CC-BY-3.0-AU:documentation CC-BY-3.0-DE:documentation
CC-BY-3.0-IGO:documentation CC-BY-3.0-NL:documentation CC-BY-3.0-US:documentation CC-BY-3.0:documentation
CC-BY-4.0:documentation,data CC-BY-SA-1.0:documentation CC-BY-SA-2.0-UK:documentation CC-BY-SA-2.0:documentation
CC-BY-SA-2.1-JP:documentation CC-BY-SA-2.5:documentation CC-BY-SA-3.0-AT:documentation CC-BY-SA-3.0-DE:documentation
CC-BY-SA-3.0-IGO:documentation CC-BY-SA-3.0:documentation CC-BY-SA-4.0:documentation,data
CC0-1.0:software,documentation,data,model,hardware,font CDLA-Permissive-1.0:data CDLA-Permissive-2.0:data
CDLA-Sharing-1.0:data CERN-OHL-1.1:hardware CERN-OHL-1.2:hardware CERN-OHL-P-2.0:hardware CERN-OHL-S-2.0:hardware
CERN-OHL-W-2.0:hardware Community-Spec-1.0:documentation DL-DE-BY-2.0:data DL-DE-ZERO-2.0:data
ECL-1.0:software,documentation ECL-2.0:software,documentation etalab-2.0:documentation,data Fair:software,documentation
FSFAP:documentation,software GFDL-1.1-no-invariants-only:documentation GFDL-1.1-no-invariants-or-later:documentation
GFDL-1.1-only:documentation GFDL-1.1-or-later:documentation GFDL-1.2-no-invariants-only:documentation
GFDL-1.2-no-invariants-or-later:documentation GFDL-1.2-only:documentation GFDL-1.2-or-later:documentation
GFDL-1.3-no-invariants-only:documentation GFDL-1.3-no-invariants-or-later:documentation GFDL-1.3-only:documentation
GFDL-1.3-or-later:documentation IPA:font LAL-1.2:documentation LAL-1.3:documentation MirOS:software,documentation
NLOD-2.0:documentation,data O-UDA-1.0:data ODbL-1.0:data ODC-By-1.0:data OFL-1.0-no-RFN:font OFL-1.0-RFN:font
OFL-1.0:font OFL-1.1-no-RFN:font OFL-1.1-RFN:font OFL-1.1:font OGL-Canada-2.0:documentation,data
OGL-UK-2.0:documentation,data OGL-UK-3.0:documentation,data OpenMDW-1.0:software,documentation,data,model PDDL-1.0:data
SHL-0.51:hardware SHL-0.5:hardware TAPR-OHL-1.0:hardware Unicode-3.0:data,software Unicode-DFS-2016:data,software
W3C-20150513:software,documentation W3C:software,documentation WordNet:software,data
"""
