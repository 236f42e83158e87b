"""Fees: what is due, handing the payment over to a provider, and the provider's notice that it arrived.

No card data comes near: a provider takes the payment on its own ground.
"""
