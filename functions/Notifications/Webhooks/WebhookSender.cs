using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Serverless.Resilience;
using Serverless.Tasks;

namespace Serverless.Notifications.Webhooks;

/// <summary>Posts a notification's payload, signed, through the receiver's circuit breaker.</summary>
internal sealed class WebhookSender(
    WebhookConnections connections, CircuitBreakers breakers, IOptions<NotificationSettings> settings, TimeProvider time)
{
    /// <summary>Posts it.</summary>
    /// <exception cref="TaskValidationException">The receiver does not want it, or is none: the same would happen again.</exception>
    /// <exception cref="HttpRequestException">The receiver could not be reached, or not now.</exception>
    /// <exception cref="CircuitOpenException">It failed too often of late, and is left alone.</exception>
    public async Task SendAsync(Notification notification, CancellationToken cancellationToken)
    {
        var url = new Uri(notification.Target);
        var status = await breakers.ExecuteAsync(
            $"webhook:{url.Authority}", token => PostAsync(url, notification, token), cancellationToken);

        // The receiver answered, so its breaker stays closed; what it answered is this notification's affair.
        if ((int)status is >= 200 and < 300) return;
        if ((int)status is >= 300 and < 400)
            throw new TaskValidationException($"{url.Host} answered {(int)status}: redirects are not followed.");
        throw new TaskValidationException($"{url.Host} answered {(int)status}.");
    }

    private async ValueTask<HttpStatusCode> PostAsync(Uri url, Notification notification, CancellationToken cancellationToken)
    {
        using var request = CreateRequest(url, notification);
        using var limit = new CancellationTokenSource(settings.Value.WebhookTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var response = await connections.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (!IsForLater(response.StatusCode)) return response.StatusCode;
            throw new HttpRequestException($"{url.Host} answered {(int)response.StatusCode}.", null, HttpStatusCode.TooManyRequests);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException(
                $"{url.Host} did not answer within {settings.Value.WebhookTimeout} (setting Notifications__WebhookTimeout).", e);
        }
        catch (HttpRequestException e) when (e.InnerException is TaskValidationException refused)
        {
            throw new TaskValidationException(refused.Message, e);
        }
    }

    private HttpRequestMessage CreateRequest(Uri url, Notification notification)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(notification.Payload);
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.Add(WebhookSignature.IdHeader, notification.Id);
        request.Headers.Add(WebhookSignature.TimestampHeader, timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(
            WebhookSignature.SignatureHeader, WebhookSignature.Create(
                settings.Value.SigningSecrets ?? "", notification.Id, timestamp, body));
        return request;
    }

    private static bool IsForLater(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or (HttpStatusCode)425
            or >= HttpStatusCode.InternalServerError;
}
