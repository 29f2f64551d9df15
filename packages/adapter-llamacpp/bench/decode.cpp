// Decodes with llama.cpp's own libraries and nothing around them, for llamacpp.bench.ts.
// decode MODEL BACKENDS THREADS CONTEXT TOKENS: prints how many milliseconds loading took; then for each line of standard input, a prompt,
// the tokens per second between the first token of its answer and the last.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "ggml-backend.h"
#include "llama.h"

static double nowMs() {
    using namespace std::chrono;
    return duration<double, std::milli>(steady_clock::now().time_since_epoch()).count();
}

int main(int count, char ** words) {
    if (count != 6) return 2;
    const int threads = std::atoi(words[3]);
    const int tokens = std::atoi(words[5]);
    llama_log_set([](ggml_log_level, const char *, void *) {}, nullptr);
    ggml_backend_load_all_from_path(words[2]);
    llama_backend_init();

    const double begin = nowMs();
    llama_model * model = llama_model_load_from_file(words[1], llama_model_default_params());
    if (!model) return 1;
    llama_context_params settings = llama_context_default_params();
    settings.n_ctx = std::atoi(words[4]);
    settings.n_batch = settings.n_ubatch = 128;
    settings.n_threads = settings.n_threads_batch = threads;
    llama_context * context = llama_init_from_model(model, settings);
    if (!context) return 1;
    std::printf("%f\n", nowMs() - begin);
    std::fflush(stdout);

    const llama_vocab * vocabulary = llama_model_get_vocab(model);
    llama_sampler * greedy = llama_sampler_init_greedy();
    for (std::string prompt; std::getline(std::cin, prompt);) {
        std::vector<llama_token> ids(prompt.size() + 8);
        const int length = llama_tokenize(vocabulary, prompt.c_str(), prompt.size(), ids.data(), ids.size(), false, false);
        llama_memory_clear(llama_get_memory(context), true);
        llama_batch batch = llama_batch_get_one(ids.data(), length);
        llama_token next = 0;
        double first = 0;
        for (int made = 0; made < tokens; made += 1) {
            if (llama_decode(context, batch) != 0) return 1;
            next = llama_sampler_sample(greedy, context, -1);
            if (made == 0) first = nowMs();
            batch = llama_batch_get_one(&next, 1);
        }
        std::printf("%f\n", (tokens - 1) * 1000.0 / (nowMs() - first));
        std::fflush(stdout);
    }
    llama_sampler_free(greedy);
    llama_free(context);
    llama_model_free(model);
    return 0;
}
