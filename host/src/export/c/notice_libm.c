/* The next functions are after those of FreeBSD's mathematical library (e_expf.c, s_expm1f.c,
   s_tanhf.c; conversion to float by Ian Lance Taylor, Cygnus Support), which has this notice:

   Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.

   Developed at SunPro, a Sun Microsystems, Inc. business.
   Permission to use, copy, modify, and distribute this software is freely granted, provided that
   this notice is preserved. */
