using System.Globalization;
using Fluid;
using Fluid.Values;
using MimeKit;
using Serverless.Email.Recipients;
using Serverless.Email.Templates;

namespace Serverless.Email.Jobs;

/// <summary>A plan with all that its messages share made ready.</summary>
internal sealed class PreparedMail
{
    private readonly EmailTemplate _template;
    private readonly IReadOnlyDictionary<string, FluidValue> _shared;
    private readonly IFluidTemplate? _unsubscribe;

    public PreparedMail(MailPlan plan, EmailTemplate template)
    {
        Plan = plan;
        _template = template;
        _shared = template.Prepare(PlainJson.ToValues(plan.Job.Context));
        _unsubscribe = plan.Job.Unsubscribe is { } unsubscribe ? Liquid.Parse(unsubscribe, "unsubscribe address") : null;
    }

    public MailPlan Plan { get; }

    /// <summary>
    /// The message for a recipient. Its Message-Id follows from the job and the place in the list: sent twice, it is recognised.
    /// </summary>
    /// <param name="index">The recipient's place in the list, from 0.</param>
    /// <param name="recipient">The recipient.</param>
    /// <param name="to">Its address.</param>
    /// <param name="now">The message's date.</param>
    /// <exception cref="TemplateException">The message cannot be made for this recipient.</exception>
    public async Task<MimeMessage> ComposeAsync(long index, Recipient recipient, MailboxAddress to, DateTimeOffset now)
    {
        if (!Mailbox.TryParse(recipient.From ?? Plan.Job.From, out var from, out var fault))
            throw new TemplateException($"The sender is refused. {fault}");

        var own = new Dictionary<string, object?>(recipient.Values, StringComparer.Ordinal) { ["to"] = to.Address };
        var unsubscribe = _unsubscribe is null ? null : await RenderUnsubscribeAsync(own);
        if (unsubscribe is not null) own["unsubscribe_url"] = unsubscribe.OriginalString;
        var rendered = await _template.RenderAsync(_shared, own, recipient.Subject);
        var id = string.Create(CultureInfo.InvariantCulture, $"{Plan.Job.Id}.{index}@{from.Domain}");
        return EmailMessage.Create(id, from, [to], rendered, unsubscribe, now);
    }

    private async Task<Uri> RenderUnsubscribeAsync(Dictionary<string, object?> own)
    {
        var text = await _template.RenderAsync(_unsubscribe!, _shared, own, NullEncoder.Default, "unsubscribe address");
        return Uri.TryCreate(text.Trim(), UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeMailto)
            ? address
            : throw new TemplateException("The unsubscribe address is no https or mailto address once it is filled.");
    }
}
