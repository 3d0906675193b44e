"""The API's door to outgoing webhooks: endpoints, what was sent to them, another try."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import ApiViewSet
from integrations import deliveries, endpoints, tasks
from integrations import serializers as shapes
from integrations.models import WebhookDelivery, WebhookEndpoint


class EndpointViewSet(ApiViewSet):
    """Endpoints that the caller may see: their own, or all for staff."""

    serializer_class: type[serializers.Serializer[Any]] = shapes.EndpointOut
    shown_once = frozenset({"secret"})

    def get_queryset(self) -> QuerySet[WebhookEndpoint]:
        visible: QuerySet[WebhookEndpoint] = WebhookEndpoint.objects.visible_to(self.user)
        return visible

    def endpoint(self, endpoint_id: str) -> WebhookEndpoint:
        """Return an endpoint that the caller may see; anything else is 404."""
        found = self.get_queryset().filter(pk=endpoint_id).first()
        if found is None:
            raise Http404
        return found

    @extend_schema(responses=shapes.EndpointOut(many=True))
    def list(self, request: Request) -> Response:
        """List endpoints, oldest first."""
        page = self.paginate_queryset(self.get_queryset()) or ()
        return self.get_paginated_response([shapes.shape_endpoint(each) for each in page])

    @extend_schema(request=shapes.EndpointInput, responses={201: shapes.EndpointWithSecretOut})
    def create(self, request: Request) -> Response:
        """Make an endpoint of yours; its secret is shown this once."""
        data = _checked(shapes.EndpointInput, request.data)
        endpoint, secret = endpoints.create_endpoint(owner=self.user, by=self.user, **data)
        answer = shapes.shape_endpoint(endpoint) | {"secret": secret}
        return Response(answer, status=status.HTTP_201_CREATED)

    @extend_schema(responses=shapes.EndpointOut)
    def retrieve(self, request: Request, endpoint_id: str) -> Response:
        """Read one endpoint."""
        return Response(shapes.shape_endpoint(self.endpoint(endpoint_id)))

    @extend_schema(request=shapes.EndpointChange(partial=True), responses=shapes.EndpointOut)
    def partial_update(self, request: Request, endpoint_id: str) -> Response:
        """Change what is named; enable or switch off by the status."""
        endpoint = self.endpoint(endpoint_id)
        changes = _checked(shapes.EndpointChange, request.data, partial=True)
        wanted = changes.pop("status", endpoint.status)
        with transaction.atomic():
            if changes:
                endpoints.change_endpoint(endpoint=endpoint, changes=changes, by=self.user)
            if wanted != endpoint.status:
                act = (
                    endpoints.enable_endpoint
                    if wanted == WebhookEndpoint.Status.ACTIVE
                    else endpoints.disable_endpoint
                )
                act(endpoint=endpoint, by=self.user)
        return Response(shapes.shape_endpoint(endpoint))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, endpoint_id: str) -> Response:
        """Delete an endpoint with its history."""
        endpoints.delete_endpoint(endpoint=self.endpoint(endpoint_id), by=self.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=shapes.EndpointWithSecretOut)
    def rotate(self, request: Request, endpoint_id: str) -> Response:
        """Get a new secret, shown this once; the old one signs as well for 24 hours."""
        endpoint = self.endpoint(endpoint_id)
        secret = endpoints.rotate_secret(endpoint=endpoint, by=self.user)
        return Response(shapes.shape_endpoint(endpoint) | {"secret": secret})

    @extend_schema(request=None, responses={202: shapes.DeliveryOut})
    def test(self, request: Request, endpoint_id: str) -> Response:
        """Send a `webhook.test`, once."""
        delivery = deliveries.queue_test(endpoint=self.endpoint(endpoint_id), by=self.user)
        tasks.nudge_delivery(delivery.pk)
        return Response(shapes.shape_delivery(delivery), status=status.HTTP_202_ACCEPTED)

    @extend_schema(parameters=[shapes.DeliveryQuery], responses=shapes.DeliveryOut(many=True))
    def deliveries(self, request: Request, endpoint_id: str) -> Response:
        """List what was sent to an endpoint in the last 30 days, newest first."""
        wanted = _checked(shapes.DeliveryQuery, request.query_params)
        rows = self.endpoint(endpoint_id).deliveries.filter(**wanted).defer("payload")
        page = self.paginate_queryset(rows) or ()
        return self.get_paginated_response([shapes.shape_delivery(each) for each in page])


class DeliveryViewSet(ApiViewSet):
    """One delivery: what was sent, every try, another one."""

    serializer_class: type[serializers.Serializer[Any]] = shapes.DeliveryOut

    def get_queryset(self) -> QuerySet[WebhookDelivery]:
        visible: QuerySet[WebhookDelivery] = WebhookDelivery.objects.visible_to(self.user)
        return visible.select_related("endpoint")

    def delivery(self, delivery_id: str) -> WebhookDelivery:
        """Return a delivery that the caller may see; anything else is 404."""
        found = self.get_queryset().filter(pk=delivery_id).first()
        if found is None:
            raise Http404
        return found

    @extend_schema(responses=shapes.DeliveryDetailOut)
    def retrieve(self, request: Request, delivery_id: str) -> Response:
        """Read a delivery with its payload and its attempts."""
        return Response(shapes.shape_delivery_whole(self.delivery(delivery_id)))

    @extend_schema(request=None, responses={202: shapes.DeliveryOut})
    def replay(self, request: Request, delivery_id: str) -> Response:
        """Send it again at once, under the same webhook-id."""
        delivery = deliveries.replay(delivery=self.delivery(delivery_id), by=self.user)
        tasks.nudge_delivery(delivery.pk)
        return Response(shapes.shape_delivery(delivery), status=status.HTTP_202_ACCEPTED)


def _checked(
    serializer: type[serializers.Serializer[Any]], data: Any, *, partial: bool = False
) -> dict[str, Any]:
    given = serializer(data=data, partial=partial)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)
