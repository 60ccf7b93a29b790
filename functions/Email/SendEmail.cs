using System.Text.Json;
using Serverless.Tasks;

namespace Serverless.Email;

/// <summary>Sends one message. Run again after a crash, it has the same Message-Id.</summary>
[TaskHandler("email.send", Queue = "email", MaxRetries = 5)]
internal sealed class SendEmail(Mailer mailer) : ITaskHandler<SendEmail.Args, SendEmail.Sent>
{
    /// <summary>The message: a template's name with its values.</summary>
    /// <param name="To">1 to 50 addresses, all of whom see each other.</param>
    /// <param name="Template">The template's name; <c>message</c> by default, which shows <c>heading</c>, <c>body</c>, and <c>url</c> as
    /// <c>link</c>.</param>
    /// <param name="Context">Values for the template.</param>
    /// <param name="Subject">The subject as it is, instead of the template's.</param>
    /// <param name="From">The sender, instead of the setting's.</param>
    public sealed record Args(
        IReadOnlyList<string> To, string Template = "message", JsonElement? Context = null, string? Subject = null, string? From = null);

    /// <summary>The result: the message that was sent.</summary>
    public sealed record Sent(string MessageId);

    /// <inheritdoc/>
    public async Task<Sent> RunAsync(Args args, TaskContext context) =>
        new(await mailer.SendAsync(args, context.Id, context.CancellationToken));
}
