"""The addresses of the customers' pages."""

urlpatterns: list[object] = []
