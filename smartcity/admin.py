from unfold.sites import UnfoldAdminSite


class SmartcityAdminSite(UnfoldAdminSite):
    pass


def stylesheet(request):
    return "/static/smartcity/admin.css"


def navigation(request):
    return []
