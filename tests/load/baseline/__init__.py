"""The baseline B: opinions in Django and REST framework as an expert writes them in an afternoon, and nothing more.

One table with the indexes its calls want, a counted list, one object, and a validated POST. No sign-in, no session.
"""
